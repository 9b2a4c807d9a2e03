"""Scores drawn against what models are made of, against training and against examples in the prompt.

Pure but for ``offers`` and ``reading``: standings in, points, lines and figures out. What was published, imported and
measured stands apart everywhere, and no line is drawn through two of them.
"""
