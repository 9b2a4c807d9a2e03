"""From a wish to the standings of all models, with a handful of queries however many there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from evaluation.standings.choose import of_main_metric, of_one_checkpoint, one_each
from evaluation.standings.rows import Row, rows
from evaluation.standings.sampling import Files, sample_files
from evaluation.standings.standing import Standing
from evaluation.standings.subjects import MAIN, SubjectNames, direction
from evaluation.standings.wish import Wish
from modelcards.models import Checkpoint, ModelCard
from modelcards.querysets import Reader


def standings(user: Reader, wish: Wish, subjects: SubjectNames | None = None) -> list[Standing]:
    """What ``user`` may read of a wish, one row for each model and question, in no particular order.

    A question is a subject at a number of shots, a metric, a filter and an origin; of what was published each source
    has a row of its own.
    """
    subjects = subjects or SubjectNames()
    found = chosen_rows(user, wish, subjects)
    checkpoints = Checkpoint.objects.in_bulk({row.checkpoint for row in found if row.checkpoint})
    cards = ModelCard.objects.defer("card_text").in_bulk({row.card for row in found})
    files = sample_files(found) if wish.samples else {}
    return [_standing(row, cards[row.card], checkpoints, subjects, files) for row in found if row.card in cards]


def chosen_rows(user: Reader, wish: Wish, subjects: SubjectNames, kept_out: Counter[str] | None = None) -> list[Row]:
    """The same as rows of ids, which a board of thousands of models can order before it reads those of one page.

    ``kept_out`` counts what a reader might miss: scores that were ``limited``, and those that were ``not finite``.
    """
    found = _of_metric(rows(user, wish, subjects, kept_out), wish.metric, subjects)
    if not wish.every_checkpoint:
        found = of_one_checkpoint(found, _standing_for({row.checkpoint for row in found if row.checkpoint}))
    return one_each(found, wish.every_checkpoint)


def _standing_for(checkpoints: set[int]) -> dict[int, tuple[bool, int, int]]:
    """How far each checkpoint stands for its model: ``main`` before all, then the one that was trained the longest."""
    told = Checkpoint.objects.filter(pk__in=checkpoints).values_list("pk", "revision", "step")
    return {pk: (revision == "main", step or 0, pk) for pk, revision, step in told}


def _of_metric(found: list[Row], metric: str | None, subjects: SubjectNames) -> list[Row]:
    if metric is None:
        return found
    return of_main_metric(found, subjects) if metric == MAIN else [row for row in found if row.metric == metric]


def _standing(
    row: Row, card: ModelCard, checkpoints: Mapping[int, Checkpoint], subjects: SubjectNames, files: Files
) -> Standing:
    return Standing(
        card=card,
        checkpoint=checkpoints.get(row.checkpoint) if row.checkpoint else None,
        subject=row.subject,
        subject_name=subjects.name(row.subject),
        num_fewshot=row.num_fewshot,
        metric=row.metric,
        filter=row.filter,
        value=row.value,
        stderr=row.stderr,
        n=row.n,
        origin=row.origin,
        source=row.source,
        confidence=row.confidence,
        comparable_key=row.comparable_key,
        higher_is_better=direction(row.metric, row.higher_is_better),
        chance=subjects.chance_of(row.subject, row.metric),
        cell=row.cell,
        run=row.run,
        samples=files.get(row, ()),
        parts=len(row.parts),
    )
