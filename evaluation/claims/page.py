"""What the pages of claims show: a claim with its verdict, and the evidence in parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from evaluation.actions.permission import may_queue
from evaluation.claims.figures import differences_figure, sizes_figure
from evaluation.claims.reading import Against, Judged
from evaluation.claims.summary import SeriesLine, series_lines
from evaluation.claims.wording import LOOKS, NAMES, SIGNS, certainty, counted, rule
from evaluation.models import Claim


@dataclass(frozen=True)
class Line:
    """A claim as pages show it."""

    claim: Claim
    judged: Judged

    @property
    def sentence(self) -> str:
        """Its words, of a shipped one in the reader's language."""
        return _(self.claim.sentence) if self.claim.shipped else self.claim.sentence

    @property
    def verdict(self) -> str:
        """The verdict in the reader's language."""
        return str(NAMES[self.judged.verdict])

    @property
    def sign(self) -> str:
        """Its mark."""
        return SIGNS[self.judged.verdict]

    @property
    def look(self) -> str:
        """Its class."""
        return LOOKS[self.judged.verdict]

    @property
    def tallies(self) -> list[dict[str, Any]]:
        """One for each model that it is put against, or for all sizes."""
        judged = self.judged
        names = [_name(one, slug) for one, slug in zip(judged.against, judged.query.others, strict=False)] or [""]
        return [
            {"name": name if len(names) > 1 else "", "decision": one, "words": counted(one)}
            for name, one in zip(names, judged.decisions, strict=True)
        ]


def _series(number: int, line: SeriesLine, judged: Judged) -> dict[str, Any]:
    trends = [row for ballot in line.ballots for row in ballot.rows]
    counts = {"name": line.name, "n": line.n, "agree": line.agree, "against": line.against}
    return {
        **counts,
        "id": f"sizes-{number}",
        "ballots": line.ballots,
        "figure": sizes_figure(trends, judged.query.kind),
    }


def _name(one: Against, slug: str) -> str:
    return one.other.name if one.other else slug


def evidence_context(request: HttpRequest, judged: Judged) -> dict[str, Any]:
    """What the template of the evidence shows: a part for each model it is put against, or the series."""
    parts = []
    for number, (one, slug) in enumerate(zip(judged.against, judged.query.others, strict=False)):
        rows = [row for ballot in one.compared.ballots for row in ballot.rows]
        both = ",".join(card.slug for card in (one.first, one.other) if card)
        parts.append(
            {
                "id": f"differences-{number}",
                "against": one,
                "name": one.other.name if one.other else slug,
                "first": one.first.name if one.first else judged.query.first,
                "words": counted(one.decision),
                "certainty": certainty(one.decision),
                "figure": differences_figure(rows, judged.query),
                "compare": f"{reverse('evaluation:compare')}?models={both}" if "," in both else "",
                "queue": f"{reverse('evaluation:new')}?models={both}" if both and may_queue(request.user) else "",
            }
        )
    decision = judged.decision
    return {
        "judged": judged,
        "rules": rule(judged.query),
        "parts": parts,
        "series": [_series(number, one, judged) for number, one in enumerate(series_lines(judged.trends))],
        "sizes_words": counted(decision) if decision else "",
        "sizes_certainty": certainty(decision) if decision else "",
    }
