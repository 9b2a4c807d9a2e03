"""A name in result files means another card: its checkpoints, cells, scores and samples go there."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from evaluation.models import Cell, ImportedCell, ResultFile, Score, StatedModel
from modelcards.actions.card_draft import draft_retire
from modelcards.models import Checkpoint, ModelCard


@dataclass(frozen=True)
class Moved:
    """What went from one card to another. ``retired``: the draft that it left was archived, as nothing is on it."""

    name: str
    old: str
    new: str
    cells: int
    retired: bool


@transaction.atomic
def stated_move(*, stated: StatedModel, card: ModelCard, how: str, by: str) -> Moved:
    """Move all that files state under this name to ``card``. What is there already with equal values is not doubled."""
    old = stated.card
    if old.pk == card.pk:
        StatedModel.objects.filter(pk=stated.pk).update(how=how)
        return Moved(stated.name, old.slug, card.slug, 0, False)
    pks = sorted([old.pk, card.pk])
    list(ModelCard.objects.select_for_update(no_key=True).filter(pk__in=pks).order_by("pk").values_list("pk"))
    target = _target(stated, card, how)
    cells = 0
    for checkpoint in Checkpoint.objects.filter(pk__in=stated.files.values("checkpoint")):
        place = _place(checkpoint, card)
        cells += _move_cells(stated, checkpoint, place)
        _move_files(stated, target, checkpoint, place)
        _forget(checkpoint)
    if target.pk != stated.pk:
        ImportedCell.objects.filter(stated=stated).update(stated=target)
        stated.delete()
    else:
        StatedModel.objects.filter(pk=stated.pk).update(card=card, how=how)
    empty = not Score.objects.filter(card=old).exists() and not old.stated_as.exclude(pk=stated.pk).exists()
    return Moved(stated.name, old.slug, card.slug, cells, empty and draft_retire(card=old, by=by))


def _target(stated: StatedModel, card: ModelCard, how: str) -> StatedModel:
    """The row of this name on the new card: this one, unless there is one already."""
    there = StatedModel.objects.filter(name=stated.name, card=card).first()
    if there is None:
        return stated
    StatedModel.objects.filter(pk=there.pk).update(how=how)
    return there


def _place(checkpoint: Checkpoint, card: ModelCard) -> Checkpoint:
    found, _made = Checkpoint.objects.get_or_create(
        card=card,
        revision=checkpoint.revision,
        defaults={"repo_id": card.hf_repo or checkpoint.repo_id, "step": checkpoint.step},
    )
    return found


def _move_cells(stated: StatedModel, old: Checkpoint, new: Checkpoint) -> int:
    rows = Cell.objects.filter(imported__stated=stated, checkpoint=old).order_by("generation", "pk")
    count = 0
    for cell in rows:
        same = Cell.objects.filter(
            checkpoint=new, task=cell.task_id, num_fewshot=cell.num_fewshot, settings_key=cell.settings_key
        )
        last = same.aggregate(last=Max("generation"))["last"]
        if last is not None and any(_values(one) == _values(cell) for one in same):
            cell.delete()
            continue
        generation = 0 if last is None else last + 1
        Cell.objects.filter(pk=cell.pk).update(checkpoint=new, generation=generation)
        Score.objects.filter(cell=cell).update(card=new.card_id, checkpoint=new)
        count += 1
    return count


def _values(cell: Cell) -> set[tuple[str, str, float, float | None]]:
    return set(cell.scores.values_list("metric", "filter", "value", "stderr"))


def _move_files(stated: StatedModel, target: StatedModel, old: Checkpoint, new: Checkpoint) -> None:
    for file in ResultFile.objects.filter(stated=stated, checkpoint=old):
        there = ResultFile.objects.filter(sha256=file.sha256, checkpoint=new).first()
        if there is None:
            ResultFile.objects.filter(pk=file.pk).update(stated=target, checkpoint=new)
        else:
            ImportedCell.objects.filter(file=file).update(file=there)
            file.delete()


def _forget(checkpoint: Checkpoint) -> None:
    """Delete a checkpoint that only the results named: nothing is known of its weights and nothing refers to it."""
    told = checkpoint.path or checkpoint.sha256 or checkpoint.format or checkpoint.size
    used = checkpoint.cells.exists() or checkpoint.runs.exists() or checkpoint.scores.exists()
    if not told and not used and not checkpoint.result_files.exists():
        checkpoint.delete()
