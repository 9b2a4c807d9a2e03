"""From the names of a request to checkpoints and leaf tasks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext as _

from evaluation.core.request import RequestError
from evaluation.models import Task
from modelcards.models import Checkpoint, ModelCard
from modelcards.querysets import Reader

OF_CARD = ("slug", "name", "architecture_family", "parameters", "active_parameters")
"""What verdicts and estimates need of a card, whose fifty columns cost a request more than all else about it."""


class Named(NamedTuple):
    """A model as asked for, with the checkpoint that answers; ``None``: the card has no checkpoint."""

    name: str
    card: ModelCard
    checkpoint: Checkpoint | None


def resolve_models(user: Reader, names: Iterable[str]) -> list[Named]:
    """Find ``slug`` or ``slug@revision`` among what ``user`` may read. Raises ``RequestError`` for the rest.

    A slug alone means revision ``main``, else the newest checkpoint of the card.
    """
    names = list(names)
    slugs = {name.split("@", 1)[0] for name in names}
    rows = ModelCard.objects.visible_to(user).filter(slug__in=slugs).only(*OF_CARD)
    cards = {card.slug: card for card in rows}
    by_card: dict[int, list[Checkpoint]] = {}
    known_cards = {card.pk: card for card in cards.values()}
    for checkpoint in Checkpoint.objects.filter(card__in=known_cards):
        checkpoint.card = known_cards[checkpoint.card_id]
        by_card.setdefault(checkpoint.card_id, []).append(checkpoint)
    found: list[Named] = []
    errors: list[str] = []
    for name in names:
        slug, at, revision = name.partition("@")
        card = cards.get(slug)
        if card is None:
            errors.append(_("There is no model “%(name)s”.") % {"name": slug})
            continue
        checkpoints = by_card.get(card.pk, [])
        picked = pick(checkpoints, revision)
        if at and picked is None:
            known = ", ".join(c.revision for c in checkpoints) or _("none")
            errors.append(
                _("Model “%(slug)s” has no revision “%(revision)s”; it has: %(known)s.")
                % {"slug": slug, "revision": revision, "known": known}
            )
            continue
        found.append(Named(name, card, picked))
    if errors:
        raise RequestError({"models": errors})
    return list({(n.card.pk, n.checkpoint and n.checkpoint.pk): n for n in found}.values())


def pick(checkpoints: list[Checkpoint], revision: str) -> Checkpoint | None:
    """The checkpoint of a card that a revision means; blank: ``main``, else the newest with files, else another."""
    if revision:
        return next((c for c in checkpoints if c.revision == revision), None)
    main = next((c for c in checkpoints if c.revision == "main"), None)
    return main or max(checkpoints, key=lambda c: (bool(c.path or c.repo_id), c.step or 0, c.pk), default=None)


def resolve_tasks(names: Iterable[str]) -> list[Task]:
    """Leaf tasks of the names, groups and tags expanded, each once, in order. Raises ``RequestError``."""
    known: dict[str, Task] = {}
    wanted = list(names)
    missing = _load(known, wanted)
    if missing:
        raise RequestError({"tasks": [_unknown(name) for name in missing]})
    leaves: dict[str, Task] = {}
    seen: set[str] = set()
    stack = list(reversed(wanted))
    while stack:
        name = stack.pop()
        if name in seen:
            continue
        seen.add(name)
        task = known[name]
        if task.kind == "task":
            leaves[name] = task
            continue
        if task.altered:
            raise RequestError({"tasks": [altering(task)]})
        missing = _load(known, task.members)
        if missing or not task.members:
            lost = ", ".join(missing) or _("no task")
            raise RequestError({"tasks": [_("%(group)s names %(lost)s.") % {"group": name, "lost": lost}]})
        stack.extend(reversed(task.members))
    return list(leaves.values())


def _load(known: dict[str, Task], names: Iterable[str]) -> list[str]:
    """Add the named tasks to ``known``; returns the names that the site does not know."""
    new = [name for name in names if name not in known]
    known.update({task.name: task for task in Task.objects.filter(name__in=new)})
    return [name for name in new if name not in known]


def altering(group: Task) -> str:
    """Why a group that gives its parts settings of its own is not taken."""
    text = _("%(group)s gives its parts other settings than their own (%(names)s). Ask for the parts themselves.")
    return text % {"group": group.name, "names": ", ".join(map(str, group.altered))}


def _unknown(name: str) -> str:
    start = name.split("_")[0]
    near = list(Task.objects.filter(name__istartswith=start).values_list("name", flat=True)[:3]) if start else []
    text = _("There is no task “%(name)s”.") % {"name": name}
    return f"{text} {_('Near it: %(names)s.') % {'names': ', '.join(near)}}" if near else text
