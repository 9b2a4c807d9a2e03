"""Scores on the evolutionary tree: what it can be coloured by, each model's shade, and the lines of its hover box.

All is read through ``standings``, so that the tree leaves out what boards and plots leave out: older generations,
weights that a checkpoint has no more, and runs limited to some documents.
"""

from evaluation.treescores.registration import tree_scores

__all__ = ["tree_scores"]
