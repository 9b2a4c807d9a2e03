"""A sheet as a LaTeX table, with the rules of the package booktabs and addresses by that of url (or hyperref)."""

from __future__ import annotations

from evaluation.tableexport.sheet import Cell, Column, Sheet, in_words

SPECIAL = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "$": r"\$",
        "&": r"\&",
        "#": r"\#",
        "%": r"\%",
        "_": r"\_",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        # pdflatex has no glyphs for these in its text fonts.
        "≈": r"$\approx$",
        "≤": r"$\leq$",
        "≥": r"$\geq$",
        "×": r"$\times$",
        "±": r"$\pm$",
        "−": r"$-$",
        "▲": r"$\blacktriangle$",
        "▼": r"$\blacktriangledown$",
        "→": r"$\rightarrow$",
    }
)

# Inside \url these alone end or break it.
ADDRESS = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20", "#": r"\#", "%": r"\%"})


def latex_text(sheet: Sheet) -> str:
    """A floating table with caption; notes and the address are comments behind it."""
    places = "".join("r" if column.numeric else "l" for column in sheet.columns)
    lines = [
        "% needs \\usepackage{booktabs,url}; with marks of verdicts also amssymb",
        r"\begin{table}",
        r"\centering",
        rf"\caption{{{escaped(sheet.title)}}}",
        rf"\begin{{tabular}}{{{places}}}",
        r"\toprule",
        _line([escaped(column.name) for column in sheet.columns]),
        r"\midrule",
        *(_line([_cell(*pair) for pair in zip(row, sheet.columns, strict=True)]) for row in sheet.rows),
        r"\bottomrule",
        r"\end{tabular}",
        r"\end{table}",
        *(f"% {_one_line(note)}" for note in (*sheet.notes, sheet.address) if note),
    ]
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    """Text that LaTeX prints as it is."""
    return _one_line(text).translate(SPECIAL)


def _line(cells: list[str]) -> str:
    # A row that begins with a bracket or a star would be read as an argument of the row end before it.
    guard = "{}" if cells and cells[0].startswith(("[", "*")) else ""
    return guard + " & ".join(cells) + r" \\"


def _cell(value: Cell, column: Column) -> str:
    if column.kind == "link" and isinstance(value, str) and value:
        return rf"\url{{{_one_line(value).translate(ADDRESS)}}}"
    text = in_words(value, column, "--")
    return f"${text}$" if column.numeric and text.startswith("-") and text != "--" else escaped(text)


def _one_line(text: str) -> str:
    return " ".join(text.split())
