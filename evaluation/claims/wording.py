"""What a verdict says in words, and the rule by which it was found."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from evaluation.claims.query import BETTER, CLEARLY, COMPETITIVE, GAINS, LARGER, PAR, ClaimQuery
from evaluation.claims.verdict import CONTRADICTED, LEAST, MIXED, SUPPORTED, UNDECIDED, Decision

NAMES = {
    SUPPORTED: gettext_lazy("supported"),
    CONTRADICTED: gettext_lazy("contradicted"),
    MIXED: gettext_lazy("mixed"),
    UNDECIDED: gettext_lazy("not enough data"),
}
SIGNS = {SUPPORTED: "✓", CONTRADICTED: "✗", MIXED: "≈", UNDECIDED: "?"}
LOOKS = {SUPPORTED: "b", CONTRADICTED: "w", MIXED: "s", UNDECIDED: "u"}


def counted(decision: Decision) -> str:
    """``9 of 12 benchmarks speak for it, 3 against it``."""
    if not decision.n:
        return _("no benchmark on which both have scores that may be put side by side")
    words = {"n": decision.n, "agree": decision.agree, "against": decision.against, "open": decision.open}
    if decision.open:
        return (
            ngettext(
                "%(agree)d of %(n)d benchmark speaks for it, %(against)d against it, %(open)d neither",
                "%(agree)d of %(n)d benchmarks speak for it, %(against)d against it, %(open)d neither",
                decision.n,
            )
            % words
        )
    return (
        ngettext(
            "%(agree)d of %(n)d benchmark speaks for it, %(against)d against it",
            "%(agree)d of %(n)d benchmarks speak for it, %(against)d against it",
            decision.n,
        )
        % words
    )


def certainty(decision: Decision) -> str:
    """What the count says beyond these benchmarks; blank where it says nothing."""
    if decision.p is None or decision.interval is None:
        return ""
    low, high = (f"{100 * end:.0f} %" for end in (decision.interval.low, decision.interval.high))
    p = f"{100 * decision.p:.0f} %" if decision.p >= 0.01 else _("less than 1 %")
    return _(
        "A fair coin falls as unevenly in %(p)s of cases (sign test). Of benchmarks like these, between %(low)s and "
        "%(high)s would speak for it (95 %% interval, as if benchmarks were independent)."
    ) % {"p": p, "low": low, "high": high}


def rule(query: ClaimQuery) -> list[str]:
    """The rule as sentences: what gives a vote, and what the votes give."""
    share = f"{100 * query.share:.0f} %" if query.share != 0.5 else _("half")
    shares = {"share": share, "least": LEAST}
    found = [_vote(query), _ground(query), _ballot(query)]
    found.append(
        _(
            "Supported: more than %(share)s of the benchmarks speak for the sentence. Contradicted: more than half "
            "speak against it. Mixed: neither. With fewer than %(least)d benchmarks there is no verdict."
        )
        % shares
    )
    if query.kind == CLEARLY:
        found.append(_("“Clearly” also asks that the sign test over the benchmarks gives p below 0.05."))
    if len(query.others) > 1:
        found.append(_("The verdict stands only where it is the same against each of the models; else it is mixed."))
    return found


def _ballot(query: ClaimQuery) -> str:
    if not query.of_pairs:
        return _("Each benchmark has one vote in each series: most of its questions (shots, parts, variants) decide.")
    return _(
        "Each benchmark has one vote: most of its questions (shots, parts, variants) decide. Sources that disagree "
        "about a question leave it open."
    )


def _vote(query: ClaimQuery) -> str:
    margin = {"margin": f"{query.margin:g}"}
    told = {
        BETTER: _("A question speaks for the sentence where the first model is better, against it where it is worse."),
        CLEARLY: _("A question speaks for the sentence where the first model is better, against it where it is worse."),
        COMPETITIVE: _(
            "A question speaks for the sentence where the first model is at most %(margin)s behind, or ahead."
        )
        % margin,
        PAR: _("A question speaks for the sentence where the two differ by at most %(margin)s, in either direction.")
        % margin,
        GAINS: _(
            "For each benchmark the gain is the score with most examples in the prompt minus that with none. It speaks "
            "for the sentence where the gain grows with size in more pairs of sizes than it shrinks (Kendall's tau "
            "above 0), for three sizes or more."
        ),
        LARGER: _(
            "A question speaks for the sentence where the score gets better in more pairs of sizes than it gets worse "
            "(Kendall's tau above 0), for three sizes or more of one series."
        ),
    }
    return told[query.kind]


def _ground(query: ClaimQuery) -> str:
    if not query.of_pairs:
        return _(
            "The values of one trend are from one paper, or were measured alike. Sizes share a series where their "
            "names differ in the size alone."
        )
    return _(
        "Measured and imported scores meet only where they were measured alike, and the whole 95 % interval of the "
        "difference must lie on one side. Of published ones no interval is known: the printed values count as they "
        "are, those of one paper before those of two. Measured and published ones never meet."
    )
