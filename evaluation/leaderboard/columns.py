"""The columns of the board that hold scores: one for each task and number of shots."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from evaluation.core.statistics import normalised
from evaluation.leaderboard.choice import BoardChoice
from evaluation.models import Origin
from evaluation.standings.rows import Row
from evaluation.standings.subjects import PSEUDO, SubjectNames, direction

BESIDE_FRACTIONS = ("perplexity", "ppl", "bits_per_byte")


@dataclass(frozen=True)
class ScoreColumn:
    """A task at a number of shots, by one metric and filter.

    ``word`` names it in addresses. ``key``: only rows with this ``comparable_key`` are ranked; blank: there is none, as
    for what papers print. ``weight``: what it counts in the average; ``not_counted`` says why it does not.
    """

    word: str
    subject: str
    name: str
    shots: int
    metric: str
    filter: str
    key: str
    chance: float | None
    higher_is_better: bool | None
    weight: float
    not_counted: str
    task: str

    @property
    def counted(self) -> bool:
        """Whether it is part of the average."""
        return not self.not_counted

    def shown(self, value: float, above_chance: bool) -> float:
        """The value as the board writes it; what cannot be normalised stays as it is."""
        better = normalised(value, self.chance) if above_chance and self.normal else None
        return value if better is None else better

    @property
    def normal(self) -> bool:
        """Whether its values can be put above a blind guess."""
        return self.chance is not None and self.higher_is_better is True


def score_columns(rows: Iterable[Row], choice: BoardChoice, subjects: SubjectNames) -> list[ScoreColumn]:
    """The columns in the order of the chosen tasks, then of shots; tasks without a score have none."""
    places: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for row in rows:
        places[row.subject, row.num_fewshot].append(row)
    order = {subject: at for at, subject in enumerate(choice.tasks)}
    wanted = sorted(places, key=lambda place: (order.get(place[0], len(order)), place[1]))
    several = len({shots for _subject, shots in places}) > 1
    return [_column(place, places[place], choice, subjects, several) for place in wanted]


def _column(
    place: tuple[str, int], rows: Sequence[Row], choice: BoardChoice, subjects: SubjectNames, several: bool
) -> ScoreColumn:
    subject, shots = place
    metrics = Counter((plain(row.metric), row.filter) for row in rows)
    metric, filter_name = min(metrics, key=lambda one: (-metrics[one], one))
    mine = [row for row in rows if (plain(row.metric), row.filter) == (metric, filter_name)]
    keys = Counter(row.comparable_key for row in mine if row.comparable_key)
    told = {row.higher_is_better for row in mine if row.higher_is_better is not None}
    higher = direction(metric, told.pop() if len(told) == 1 else None)
    chance = subjects.chance_of(subject, metric)
    fraction = all(0 <= row.value <= 1 for row in mine) and not any(word in metric for word in BESIDE_FRACTIONS)
    return ScoreColumn(
        word=f"{subject}@{shots}" if several else subject,
        subject=subject,
        name=subjects.name(subject),
        shots=shots,
        metric=metric,
        filter=filter_name,
        key=min(keys, key=lambda key: (-keys[key], key)) if keys else "",
        chance=chance,
        higher_is_better=higher,
        weight=choice.weight(subject),
        not_counted=_why_not(choice, subject, chance, higher, fraction),
        task=subjects.task(subject),
    )


def plain(metric: str) -> str:
    """A metric without what says that a masked model was scored its own way: the keys tell these apart."""
    return metric.removeprefix(PSEUDO)


def _why_not(choice: BoardChoice, subject: str, chance: float | None, higher: bool | None, fraction: bool) -> str:
    if choice.weight(subject) == 0:
        return _("it weighs nothing")
    if higher is None:
        return _("it is not known whether more is better")
    if not higher or not fraction:
        return _("it is no share of right answers")
    if choice.normalised and chance is None:
        return _("what a blind guess scores is not known")
    return ""


def ranks(columns: Sequence[ScoreColumn], origin: str) -> bool:
    """Whether places can be given by these columns: their values must be known to be measured alike, and which are
    better."""
    alike = all(one.key and one.higher_is_better is not None for one in columns)
    return bool(columns) and origin != Origin.PUBLISHED and alike
