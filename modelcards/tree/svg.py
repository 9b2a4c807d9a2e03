"""Traces of the picture as SVG, for small pictures that need neither scripts nor zoom. Pure.

Only what the tree's traces use of plotly is known: lines and closed shapes with gaps, and texts about their points.
Colours stay names of tokens, which the page resolves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from django.utils.safestring import SafeString

from modelcards.tree.stems import Box
from modelcards.tree.strokes import Trace

DASHES = {"dash": "6 4", "dot": "1.5 3", "solid": ""}
PREFIX = "family-fill-"
"""What the names of gradients begin with: a page has one such picture."""
ANCHORS = {"left": "end", "right": "start"}


@dataclass(frozen=True)
class Link:
    """A rectangle that leads to an address; ``told`` is what the pointer is told there, line by line."""

    box: Box
    address: str
    told: Sequence[str]


def svg(traces: Iterable[Trace], view: Box, links: Iterable[Link] = (), **attributes: str) -> SafeString:
    """The picture of ``view`` (left, right, top, bottom, in units of the traces) as markup.

    All text of the traces is markup already, as plotly takes it; addresses and what is told are escaped here.
    """
    left, right, top, bottom = view
    box = f"{left:g} {top:.1f} {right - left:.1f} {bottom - top:.1f}"
    named = "".join(f' {name.replace("_", "-")}="{escape(value)}"' for name, value in attributes.items())
    inside = [*(_trace(trace, number) for number, trace in enumerate(traces)), *map(_link, links)]
    return SafeString(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}"{named}>{"".join(inside)}</svg>')


def _trace(trace: Trace, number: int) -> str:
    if trace.get("mode") == "text":
        return _texts(trace)
    return _shape(trace, number) if trace.get("mode") == "lines" else ""


def _shape(trace: Trace, number: int) -> str:
    closed = trace.get("fill") == "toself"
    line = trace["line"]
    dash = line.get("dash", "")
    blend = trace.get("fillgradient")
    name = f"{PREFIX}{number}"
    fill = f"url(#{name})" if blend else trace.get("fillcolor", "")
    look = {
        "fill": fill if closed else "none",
        "stroke": line["color"] if line["width"] else "none",
        "stroke-width": f"{line['width']:g}",
        "stroke-dasharray": DASHES.get(dash, dash.replace("px", "")),
        "opacity": "" if trace.get("opacity", 1) == 1 else f"{trace['opacity']:.2f}",
        "d": _path(trace["x"], trace["y"], closed),
    }
    path = "<path" + "".join(f' {key}="{escape(value)}"' for key, value in look.items() if value) + "/>"
    return (_gradient(blend, name) if blend else "") + path


def _gradient(blend: dict[str, Any], name: str) -> str:
    """A fill that changes from one height or side to another, in units of the picture."""
    along = "y" if blend["type"] == "vertical" else "x"
    across = "x" if along == "y" else "y"
    ends = f'{along}1="{blend["start"]:g}" {along}2="{blend["stop"]:g}" {across}1="0" {across}2="0"'
    stops = "".join(f'<stop offset="{at:g}" stop-color="{escape(colour)}"/>' for at, colour in blend["colorscale"])
    return f'<linearGradient id="{name}" gradientUnits="userSpaceOnUse" {ends}>{stops}</linearGradient>'


def _path(xs: Sequence[float | None], ys: Sequence[float | None], closed: bool) -> str:
    """The d of a path; a gap begins a new part."""
    parts, pen = [], "M"
    for x, y in zip(xs, ys, strict=True):
        if x is None or y is None:
            parts.append("Z" if closed and pen == "L" else "")
            pen = "M"
        else:
            parts.append(f"{pen}{x:g} {y:g}")
            pen = "L"
    return "".join(parts) + ("Z" if closed and pen == "L" else "")


def _texts(trace: Trace) -> str:
    font = trace["textfont"]
    anchor = ANCHORS.get(trace.get("textposition", "").rpartition(" ")[2], "middle")
    faint = f' opacity="{trace["opacity"]:.2f}"' if "opacity" in trace else ""
    head = f'<g font-size="{font["size"]:g}" font-weight="{font.get("weight", 400)}" text-anchor="{anchor}"{faint}>'
    return head + "".join(_text(trace, index, font["color"]) for index in range(len(trace["x"]))) + "</g>"


def _text(trace: Trace, index: int, colours: Any) -> str:
    colour = colours if isinstance(colours, str) else colours[index]
    words = trace["text"][index].replace("<b>", '<tspan font-weight="700">').replace("</b>", "</tspan>")
    return (
        f'<text x="{trace["x"][index]:g}" y="{trace["y"][index]:g}" dy=".35em" fill="{escape(colour)}">{words}</text>'
    )


def _link(link: Link) -> str:
    left, right, top, bottom = link.box
    told = escape("\n".join(link.told))
    shape = f'x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{bottom - top:.1f}" rx="6"'
    return f'<a href="{escape(link.address)}" tabindex="-1"><title>{told}</title><rect {shape} fill="transparent"/></a>'
