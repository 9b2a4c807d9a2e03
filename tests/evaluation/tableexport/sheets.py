"""A table with everything that a format can stumble over."""

import datetime

from evaluation.tableexport import Column, Sheet

COLUMNS = (
    Column("model", "Model"),
    Column("value", "Value", "number"),
    Column("n", "Documents", "integer"),
    Column("released", "Released", "date"),
    Column("run", "Run", "link"),
)


def make_sheet(*rows, notes=("50 % & more",), address="https://hub.example/compare/?models=a,b"):
    """A sheet of five columns, one of each kind."""
    return Sheet("Scores of A_1 | B", COLUMNS, rows, notes, address)


ROW = ("Oak 7B", -0.123456789, 1234, datetime.date(2023, 2, 24), "https://hub.example/runs/1/")
UNKNOWN = ("Elm", None, None, None, None)
"""Only its name is known."""
HOSTILE = ('=HYPERLINK("x")|`a`_$5%{}\\', float("nan"), 0, None, "javascript:alert(1)|")
