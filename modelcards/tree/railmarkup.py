"""Rows of the list on rails as markup, put together by hand and every stated word escaped: a template took 70 of the
page's 250 milliseconds for its 200 rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from urllib.parse import quote

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from modelcards.tree.rails import Rail, RailRow

WIDTH = 76
"""Of the rails, in pixels."""


@dataclass(frozen=True)
class RowLinks:
    """Where rows lead: what stands before and after a card's slug, and before the word that opens a series.

    ``beside``: cards open beside the page, as in a frame of another site, and none is chosen for comparing;
    ``chosen``: the slugs in the compare tray.
    """

    before: str
    after: str
    open_prefix: str
    beside: bool = False
    chosen: frozenset[str] = frozenset()


def rows_markup(rows: Sequence[RailRow], links: RowLinks) -> SafeString:
    """The rows as items of a list."""
    return SafeString("\n".join(_chip(row, links) if row.leaf else _heading(row) for row in rows))


def _heading(row: RailRow) -> str:
    return f'<li class="y">{_drawn(row.rails, row.height, 0, "")}<h2 class="yr-head">{row.year}</h2></li>'


def _chip(row: RailRow, links: RowLinks) -> str:
    leaf = row.leaf
    assert leaf is not None
    kind = {True: "open", False: "closed", None: "unsaid"}[leaf.open_weights]
    beside = ' target="_blank" rel="noopener"' if links.beside else ""
    address = escape(f"{links.before}{quote(leaf.slug)}{links.after}")
    return (
        f'<li class="{kind} f-{row.token}{" kin" if row.kin else ""}">{_drawn(row.rails, row.height, row.x, row.token)}'
        f'<a class="hit" href="{address}"{beside}><span class="pill nowrap" dir="auto">{escape(leaf.label)}</span>'
        f'<span class="who"><span>{_score(row)}{escape(row.who)}{_kin(row)}</span>{_origin(row)}</span>'
        f'<span class="when"><span class="sr">, </span>{escape(row.day)}<span class="sr">, </span></span>'
        f'<span class="when">{escape(row.weights)}</span></a>{_series(row, links)}{_choice(row, links)}</li>'
    )


def _score(row: RailRow) -> str:
    return f"<b>{escape(row.score)}</b>{' · ' if row.who else ''}" if row.score else ""


def _kin(row: RailRow) -> str:
    return f" · <mark>{escape(row.kin)}</mark>" if row.kin else ""


def _origin(row: RailRow) -> str:
    return f'<span class="from">{escape(row.origin)}</span>' if row.origin else ""


def _series(row: RailRow, links: RowLinks) -> str:
    """The link that shows a series model by model."""
    leaf = row.leaf
    if leaf is None or not leaf.series:
        return ""
    address = escape(links.open_prefix + quote(leaf.series))
    count = ngettext("%(n)d model", "%(n)d models", len(leaf.members)) % {"n": len(leaf.members)}
    of = escape(_("of %(name)s, show each") % {"name": leaf.label})
    wide, narrow = (f'<span class="{kind}" aria-hidden="true">' for kind in ("hide-sm", "only-sm"))
    told = (
        f'{wide}{escape(count)}</span>{narrow}×{len(leaf.members)}</span><span class="sr">{escape(count)} {of}</span>'
    )
    return f'<a class="tag line series" href="{address}" hx-get="{address}">{told}</a>'


def _choice(row: RailRow, links: RowLinks) -> str:
    """The button that puts a model into the compare tray, or takes it out."""
    if row.leaf is None or links.beside:
        return ""
    pressed, mark = ("true", "✓") if row.leaf.slug in links.chosen else ("false", "+")
    name = escape(_("Compare %(name)s") % {"name": row.leaf.label})
    return (
        f'<button class="btn ghost icon choose scripted" type="button" data-choose="{escape(row.leaf.slug)}" '
        f'aria-pressed="{pressed}" aria-label="{name}" title="{name}">{mark}</button>'
    )


@lru_cache(maxsize=1024)
def _drawn(rails: tuple[Rail, ...], height: int, x: int, token: str) -> str:
    """The lines beside a row, and the one to its chip where it has one."""
    lines = "".join(
        f'<path d="M{rail.x} {rail.y0:g}V{rail.y1:g}" stroke="var(--fam-{rail.token})" stroke-width="3"/>'
        for rail in rails
    )
    colour = f"var(--fam-{token})"
    curve = f"M{x} 31C{x} 22 {x + 6} 22 {x + 12} 22H{WIDTH}"
    chip = f'<path d="{curve}" fill="none" stroke="{colour}" stroke-width="2"/>'
    chip += f'<circle cx="{x}" cy="31" r="4" fill="{colour}"/>'
    frame = f'width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
    return f'<svg {frame} aria-hidden="true">{lines}{chip if token else ""}</svg>'
