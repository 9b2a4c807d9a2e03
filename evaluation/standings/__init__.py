"""Where each model stands: the scores that may be ranked, drawn or claimed upon, one row for each model and question.

The board, the plots and the claims read the scores through here, so that all of them leave out the same: values that
are no numbers, older generations, weights that a checkpoint has no more, and runs limited to some documents.
"""

from evaluation.standings.reading import standings
from evaluation.standings.standing import Standing
from evaluation.standings.subjects import MAIN
from evaluation.standings.wish import Wish

__all__ = ["MAIN", "Standing", "Wish", "standings"]
