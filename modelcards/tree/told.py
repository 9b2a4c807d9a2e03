"""What the page of the tree says in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from modelcards.tree import grown as limits
from modelcards.tree.choice import TreeChoice
from modelcards.tree.grown import Grown
from modelcards.tree.nodes import Leaf
from modelcards.tree.rails import PAGE, RailPage


def counted(leaves: Sequence[Leaf]) -> str:
    """How many models stand on how many chips, and from when to when."""
    if not leaves:
        return _("Time runs upward; a branch for each family of architectures.")
    chips, models = len(leaves), sum(max(1, len(leaf.members)) for leaf in leaves)
    told = ngettext("%(n)s model", "%(n)s models", models) % {"n": f"{models:,}"}
    if models > chips:
        told += ngettext(" in %(n)s chip", " in %(n)s chips", chips) % {"n": f"{chips:,}"}
    days = [leaf.day for leaf in leaves]
    first, last = date_format(min(days), "F Y"), date_format(max(days), "F Y")
    if first == last:
        return _("%(models)s, %(first)s.") % {"models": told, "first": first}
    return _("%(models)s, %(first)s to %(last)s.") % {"models": told, "first": first, "last": last}


def how_to_read(kind: str) -> str:
    """How time and chips are meant, for a way to colour them."""
    if kind == "score":
        return _(
            "Time runs upward, to the day; the stronger the colour, the higher the score, which stands in the badge."
        )
    return _("Time runs upward, to the day; filled chips have open weights, hollow ones are closed.")


def twigs() -> str:
    """What the lines mean."""
    return _(
        "A twig means tuned from, or a successor of the same organisation within a year; all others leave the stem of "
        "their family. A thin line leads to a further parent, or to one in another family. The strip beside the years "
        "is each family's share of the year's models."
    )


def left_out(choice: TreeChoice, grown: Grown) -> str:
    """Which models have no chip, and why."""
    if choice.show == "landmarks":
        return _(
            "These are models of the hand-drawn tree of arXiv 2304.13712, placed by this catalog: UniLM, UniLMv2, "
            "ERNIE 3.0, GLM and ChatGLM are prefix-LMs here."
        )
    if choice.show != "key" or grown.left_out <= 0:
        return ""
    return ngettext(
        "%(n)s more model is not among the key ones: series that are a landmark, lie on this site, or have most "
        "descendants and sizes.",
        "%(n)s more models are not among the key ones: series that are a landmark, lie on this site, or have most "
        "descendants and sizes.",
        grown.left_out,
    ) % {"n": f"{grown.left_out:,}"}


def notes(grown: Grown, choice: TreeChoice) -> list[str]:
    """What a reader must know: of what was asked for and has no chip, and of a catalog that is too large."""
    found, picture = [], choice.view != "list"
    if choice.focus and choice.focus not in grown.chips:
        # The same words whether there is no such card or one that the reader may not see.
        found.append(
            _(
                "No line of descent is highlighted: “%(slug)s” is not among these models. There is no such card, a "
                "filter leaves it out, or its release date or architecture family is not known."
            )
            % {"slug": choice.focus}
        )
    if grown.truncated:
        found.append(
            _(
                "%(count)s models match, more than a tree goes through. These are the %(read)s foremost: landmarks, "
                "those whose weights lie here, those from which most were made, and the newest. Filters show others."
            )
            % {"count": f"{grown.count:,}", "read": f"{grown.read:,}"}
        )
    if picture and len(grown.leaves) > limits.MOST_DRAWN:
        found.append(
            _(
                "%(chips)s chips are more than a picture holds (%(most)s), so this is the list. For the picture show "
                "series or key models only, or filter by family, organisation or size."
            )
            % {"chips": f"{len(grown.leaves):,}", "most": f"{limits.MOST_DRAWN:,}"}
        )
    elif picture and grown.plan is None:
        found.append(
            _(
                "Laying out the picture took too long, so this is the list. For the picture show series or key models "
                "only, or filter by family, organisation or size."
            )
        )
    return found


def found(choice: TreeChoice, count: int) -> str:
    """How many chips answer the search."""
    if not choice.find:
        return ""
    return ngettext("%(n)d chip answers “%(words)s”.", "%(n)d chips answer “%(words)s”.", count) % {
        "n": count,
        "words": choice.find,
    }


def place(page: RailPage) -> str:
    """Which part of the list a page is."""
    first = (page.number - 1) * PAGE + 1
    last = min(page.count, page.number * PAGE)
    return _("%(first)s–%(last)s of %(count)s, newest first") % {
        "first": f"{first:,}",
        "last": f"{last:,}",
        "count": f"{page.count:,}",
    }


def shown(count: int) -> str:
    """What the filters' button does."""
    return ngettext("Show %(n)s model", "Show %(n)s models", count) % {"n": f"{count:,}"}


def pictured(leaves: Sequence[Leaf]) -> str:
    """What the picture is, for who does not see it."""
    return ngettext(
        "Evolutionary tree with %(n)d chip. The list view has the same content.",
        "Evolutionary tree with %(n)d chips. The list view has the same content.",
        len(leaves),
    ) % {"n": len(leaves)}
