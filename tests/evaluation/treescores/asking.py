"""The tree's reads of scores as a page asks them."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from evaluation.treescores import tree_scores
from modelcards.registry import ScoredTask, Shade


def request_of(person: Any = None) -> HttpRequest:
    """A request of a person; of a visitor without one."""
    request = HttpRequest()
    request.user = person or AnonymousUser()
    return request


def shade_of(card: Any, task: str, shots: int, person: Any = None) -> Shade | None:
    """The shade of one card."""
    return tree_scores().values(request_of(person), [card.pk], task, shots).get(card.pk)


def lines_of(card: Any, person: Any = None) -> tuple[str, ...]:
    """The lines of one card."""
    return tree_scores().best(request_of(person), [card.pk]).get(card.pk, ())


def offered(person: Any = None) -> dict[str, ScoredTask]:
    """What can be chosen, in its order."""
    return {task.key: task for task in tree_scores().tasks(request_of(person))}
