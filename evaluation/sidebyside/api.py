"""``GET compare/samples``: documents with what several models answered, as data."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from evaluation.sidebyside.look import Look, look
from evaluation.sidebyside.shown import Shown
from evaluation.sidebyside.wish import PAGE_SIZE, read_wish
from modelcards.rest import Paging, ProblemError, ProblemOut, missing, next_page, wrong_fields

router = Router(tags=["compare"])
MOST = 100


class SamplesPaging(Paging):
    """Which part of the documents."""

    page_size: int = Field(PAGE_SIZE, ge=1, le=MOST)


class AnswerOut(Schema):
    """One model. ``value``: its metric; ``probability``: what it gives the right choice, the softmax of the choices'
    log-likelihoods; ``probabilities``: of each choice; ``preferred``: the place of its own; ``written``: its text."""

    model: str
    value: float | None
    probability: float | None
    probabilities: list[float | None]
    loglikelihoods: list[float | None]
    preferred: int | None
    written: list[str]
    filtered: str


class DocumentOut(Schema):
    """One document. ``disagreement``: how far apart the models' probabilities of the right choice are, or their values
    where there are no choices; ``target_choice``: the place of the right one."""

    number: int
    hash: str
    question: str
    target: str
    choices: list[str]
    target_choice: int | None
    disagreement: float | None
    prompts: list[str]
    answers: list[AnswerOut]


class SideBySideOut(Schema):
    """``count`` documents were found of ``shared``, those that all models answered. ``comparable``: whether all were
    measured alike; ``parting``: how many documents the model of the row has right and that of the column wrong."""

    models: list[str]
    task: str
    num_fewshot: int
    metric: str
    filter: str
    comparable: bool
    shared: int
    parting: list[list[int]] | None
    count: int
    items: list[DocumentOut]
    next: str | None


WORDS = ("models", "task", "shots", "metric", "filter", "right", "wrong", "show", "sort", "search", "document")
QUERY = [
    {"in": "query", "name": name, "required": name in ("models", "task"), "schema": {"type": "string"}}
    for name in WORDS
]


@router.get(
    "compare/samples",
    response={200: SideBySideOut, 403: ProblemOut, 404: ProblemOut, 422: ProblemOut},
    summary="Samples side by side",
    openapi_extra={"parameters": QUERY},
)
def compare_samples(request: HttpRequest, paging: Query[SamplesPaging]) -> dict[str, Any]:
    """The same words as the page at ``/compare/samples/``: ``models`` two to eight of them, ``right`` and ``wrong``
    name models, or ``all``; ``show=parted``; ``sort=disagreement``. ``num_fewshot`` may stand for ``shots``.

    Documents of a benchmark that asks not to be published are not answered to anybody: they are read on the page.
    """
    query = request.GET.copy()
    query.setdefault("shots", query.get("num_fewshot", ""))
    wish = replace(read_wish(query), page=paging.page, page_size=paging.page_size)
    found = look(request.user, wish)
    _refuse(found, wish.choice.surplus)
    assert found.board is not None
    start = (paging.page - 1) * paging.page_size
    count = len(found.places)
    return {
        "models": [one.side.model.asked for one in found.board.columns],
        "task": found.task,
        "num_fewshot": found.shots,
        "metric": found.board.metric,
        "filter": found.board.filter,
        "comparable": found.comparable,
        "shared": found.board.count,
        "parting": found.board.parting if found.board.binary else None,
        "count": count,
        "items": [document_out(one) for one in found.documents(start, paging.page_size)],
        "next": next_page(request, paging) if start + paging.page_size < count else None,
    }


def _refuse(found: Look, surplus: tuple[str, ...]) -> None:
    """Raise what is the matter, with the field where one is wrong."""
    if found.lineup.unknown:
        raise missing(
            _("No such model, or not open to you: %(names)s") % {"names": ", ".join(found.lineup.unknown)[:300]}
        )
    if surplus or found.trouble == "models":
        raise wrong_fields({"models": [_("Name two to eight different models, such as models=gpt-2,llama-7b")]})
    if found.kept_back:
        reason = _(
            "This benchmark asks that its documents are not published. Signed in, they are read on the site's page."
        )
        raise ProblemError(403, _("Not published"), reason)
    if found.trouble == "choose":
        raise wrong_fields({"task": [_("Name a task, such as task=hellaswag")]})
    reasons = {
        "nothing": _("No two of these models have samples of one task."),
        "task": _("No two of these models have samples of this task."),
        "few": _("Fewer than two of these models have samples of this task at these shots."),
        "lost": _("The samples of one of these models cannot be read."),
        "disjoint": _("These models share no document, filter or metric of this task."),
    }
    if found.trouble:
        raise missing(reasons[found.trouble])


def document_out(one: Shown) -> dict[str, Any]:
    """A document as data."""
    targets = [place for place, choice in enumerate(one.choices) if choice.target]
    return {
        "number": one.number,
        "hash": one.hash,
        "question": one.question,
        "target": one.target,
        "choices": [choice.text for choice in one.choices],
        "target_choice": targets[0] if targets else None,
        "disagreement": one.spread,
        "prompts": [prompt.text for prompt in one.prompts],
        "answers": [
            {
                "model": answer.model.asked,
                "value": answer.value,
                "probability": answer.share,
                "probabilities": [choice.weighed[place].share for choice in one.choices],
                "loglikelihoods": [choice.weighed[place].loglikelihood for choice in one.choices],
                "preferred": answer.choice,
                "written": list(answer.written),
                "filtered": answer.filtered,
            }
            for place, answer in enumerate(one.answers)
        ],
    }
