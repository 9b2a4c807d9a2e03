"""Bring a file of results in: whole or not at all, any number of times, by the same way when it is only tried."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluation.actions.permission import check_may_queue
from evaluation.actions.results_store import Stored, cells_store
from evaluation.models import ResultFile, StatedModel
from evaluation.results.bundles import Bundle, NamedFile, task_of
from evaluation.results.jsontext import json_lines, largest_results, largest_samples, parse, read_bounded, too_large
from evaluation.results.lmeval import read_results
from evaluation.results.matching import Match, match
from evaluation.results.samples import Written, write_samples
from evaluation.results.shapes import Results, ResultsError
from modelcards.actions.card_draft import card_draft
from modelcards.exchange.documents import operator
from modelcards.exchange.report import CHANGED, NEW, UNCHANGED, Outcome, refused
from modelcards.models import Checkpoint, ModelCard
from modelcards.tables import RowError

MEANS = {
    StatedModel.How.RULE: "by a rule for names",
    StatedModel.How.REPOSITORY: "by its repository",
    StatedModel.How.ADDRESS: "by its address",
    StatedModel.How.DRAFT: "which an import made for it",
    StatedModel.How.PERSON: "as a person said",
}


def results_import(*, user: User | None, bundle: Bundle, dry: bool) -> Outcome:
    """What became, or with ``dry`` would become, of one results file with its samples.

    ``user`` None: a command of this machine. Raises ``NotAllowed``; everything else is an outcome with its reasons.
    """
    if user is not None:
        check_may_queue(user)
    try:
        return _import(user, bundle, dry)
    except ResultsError as error:
        return refused(error.errors)
    except DatabaseError as error:
        reason = _("the database refused it: %(why)s") % {"why": str(error).splitlines()[0][:200]}
        return refused([RowError(bundle.file.name, 1, "", reason)])


def _import(user: User | None, bundle: Bundle, dry: bool) -> Outcome:
    bundle.check()
    raw = _raw(bundle.file)
    results = read_results(parse(raw, bundle.file.name), bundle.file.name)
    with _samples_of(results, bundle) as (samples, notes), transaction.atomic():
        digest = _digest(raw, bundle.samples)
        found = match(results.model, user or operator())
        outcome = _take(user, results, found, digest, samples, notes, dry)
        if dry:
            transaction.set_rollback(True)
    return outcome


def _take(
    user: User | None,
    results: Results,
    found: Match,
    digest: str,
    samples: dict[str, Written],
    notes: list[RowError],
    dry: bool,
) -> Outcome:
    card = found.card or _draft(user, results, found)
    card = ModelCard.objects.select_for_update(no_key=True).get(pk=card.pk)
    known = ResultFile.objects.filter(sha256=digest, checkpoint__card=card).first()
    if known is not None:
        note = RowError(results.file, 1, "", _("was brought in before as %(name)s") % {"name": known.name})
        return Outcome(UNCHANGED, results.file, 1, card.slug, results.model.name, notes=[note])
    checkpoint = _checkpoint(card, results)
    stated, _made = StatedModel.objects.get_or_create(
        name=results.model.name, card=card, defaults={"how": found.how if found.card else StatedModel.How.DRAFT}
    )
    file = ResultFile.objects.create(
        sha256=digest,
        name=results.file[-500:],
        harness=results.harness,
        stated=stated,
        checkpoint=checkpoint,
        who=user,
        made_at=results.made_at,
    )
    stored = cells_store(file=file, results=results, samples=samples, dry=dry)
    told = [_summary(results, card, found, stored), *notes, *results.notes]
    return Outcome(_word(stored), results.file, 1, card.slug, results.model.name, stored.changes, notes=told)


def _word(stored: Stored) -> str:
    if stored.fresh:
        return NEW
    return CHANGED if stored.changes else UNCHANGED


def _summary(results: Results, card: ModelCard, found: Match, stored: Stored) -> RowError:
    """The first note: which model that is, and how much came."""
    scores, rows = sum(len(task.metrics) for task in results.tasks), len(results.tasks)
    count = ngettext("%(n)d score", "%(n)d scores", scores) % {"n": scores}
    text = _("lm-eval %(harness)s: %(scores)s of %(tasks)s at revision %(revision)s.") % {
        "scores": count,
        "tasks": ngettext("%(n)d task", "%(n)d tasks", rows) % {"n": rows},
        "revision": results.model.revision,
        "harness": results.harness,
    }
    if found.card is None:
        how = _("No card fits: a draft that only you see is made.") if card.owner_id else _("No card fits: a draft.")
    else:
        how = _("Taken for %(card)s, %(how)s.") % {"card": card.name, "how": MEANS[StatedModel.How(found.how)]}
    old = _("%(n)d of them were here.") % {"n": stored.known} if stored.known else ""
    return RowError(results.file, 1, "", " ".join(part for part in (text, how, old) if part))


def _draft(user: User | None, results: Results, found: Match) -> ModelCard:
    facts = {"name": found.name.rpartition("/")[2] or found.name}
    if found.repo:
        facts["hf_repo"] = found.repo
    by = f"results by {user.get_username()}" if user else "import_results"
    return card_draft(facts=facts, source=f"lm-eval results, {results.file[-200:]}", owner=user, by=by)


def _checkpoint(card: ModelCard, results: Results) -> Checkpoint:
    """The card's checkpoint of that revision; weights that no repository holds are elsewhere."""
    model = results.model
    checkpoint, _made = Checkpoint.objects.get_or_create(
        card=card,
        revision=model.revision,
        defaults={"repo_id": card.hf_repo or model.repo, "step": model.step},
    )
    return checkpoint


def _raw(file: NamedFile) -> bytes:
    if file.size is not None and file.size > largest_results():
        raise too_large(file.name, largest_results())
    with file.open() as opened:
        return read_bounded(opened, file.name, largest_results())


def _digest(raw: bytes, samples: object) -> str:
    """SHA-256 of the results file, and of what its samples files hold."""
    digest = hashlib.sha256(hashlib.sha256(raw).digest())
    for file in sorted(samples, key=lambda one: one.name):  # type: ignore[call-overload]
        with file.open() as opened:
            while piece := opened.read(1 << 20):
                digest.update(piece)
    return digest.hexdigest()


@contextmanager
def _samples_of(results: Results, bundle: Bundle) -> Iterator[tuple[dict[str, Written], list[RowError]]]:
    """Each task's samples as the files that we store, for as long as the block lasts. Raises ResultsError."""
    folder = tempfile.mkdtemp(prefix="samples-")
    try:
        yield _write_samples(results, bundle, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write_samples(results: Results, bundle: Bundle, folder: str) -> tuple[dict[str, Written], list[RowError]]:
    notes: list[RowError] = []
    written: dict[str, Written] = {}
    names = [task.name for task in results.tasks]
    for file in bundle.samples:
        Bundle(file).check()
        task = task_of(file, names)
        if task is None or task in written:
            notes.append(RowError(file.name, 1, "", _("holds samples of no task of %(file)s") % {"file": results.file}))
        elif file.size is not None and file.size > largest_samples():
            raise too_large(file.name, largest_samples())
        else:
            written[task] = write_samples(lambda file=file: _lines(file), file.name, folder)  # type: ignore[misc]
    for one in results.tasks:
        if one.samples and one.name not in written:
            inside = list(enumerate(one.samples, start=1))
            written[one.name] = write_samples(lambda inside=inside: iter(inside), results.file, folder)  # type: ignore[misc]
    return written, notes


def _lines(file: NamedFile) -> Iterator[tuple[int, object]]:
    with file.open() as opened:
        yield from json_lines(opened, file.name, largest_samples())
