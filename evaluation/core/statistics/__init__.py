"""Intervals, differences and tests. Pure; every function says its formula's source, docs/statistics.md all of them.

Scores of 0 or 1 documents have no uncertainty that anyone could know: the answer is None, never 0.
Intervals are two-sided; ``level`` is their confidence (0.95). Input that is not finite gives None.
"""

from evaluation.core.statistics.allpairs import all_pairs
from evaluation.core.statistics.averages import (
    SharedAverage,
    Spread,
    mean_win_rate,
    normalised,
    shared_average,
    spread,
)
from evaluation.core.statistics.basics import LEVEL, POWER, Difference, Interval
from evaluation.core.statistics.clusters import clustered_stderr
from evaluation.core.statistics.holm import holm
from evaluation.core.statistics.independent import (
    difference_of_means,
    difference_of_proportions,
    difference_of_scores,
)
from evaluation.core.statistics.intervals import (
    interval_of,
    is_proportion,
    mean_interval,
    score_interval,
    wilson,
)
from evaluation.core.statistics.letters import groups_of, letters
from evaluation.core.statistics.line import Fit, fit_line
from evaluation.core.statistics.paired import mcnemar, paired_difference
from evaluation.core.statistics.power import detectable_difference
from evaluation.core.statistics.ranks import RankSpan, rank_intervals, rank_range
from evaluation.core.statistics.signflip import sign_flip_p

__all__ = [
    "LEVEL",
    "POWER",
    "Difference",
    "Fit",
    "Interval",
    "RankSpan",
    "SharedAverage",
    "Spread",
    "all_pairs",
    "clustered_stderr",
    "detectable_difference",
    "difference_of_means",
    "difference_of_proportions",
    "difference_of_scores",
    "fit_line",
    "groups_of",
    "holm",
    "interval_of",
    "is_proportion",
    "letters",
    "mcnemar",
    "mean_interval",
    "mean_win_rate",
    "normalised",
    "paired_difference",
    "rank_intervals",
    "rank_range",
    "score_interval",
    "shared_average",
    "sign_flip_p",
    "spread",
    "wilson",
]
