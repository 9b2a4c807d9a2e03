"""Pages of evaluation: runnable models without weights, no Redis, and a card that only its owner and a teammate see."""

from collections.abc import Callable

import pytest

from modelcards.models import Checkpoint
from tests.evaluation.actions.conftest import runnable, woken  # noqa: F401
from tests.factories import make_card, make_checkpoint


@pytest.fixture
def restricted(owner, teammate) -> Checkpoint:
    """A checkpoint of a card that only its owner and one teammate may read."""
    card = make_card("Secret Oak", visibility="restricted", owner=owner)
    card.readers.add(teammate)
    return make_checkpoint(card)


@pytest.fixture
def part() -> Callable[[str], dict[str, dict[str, str]]]:
    """Headers with which a page's own script asks for one element: ``client.get(url, **part("live"))``."""

    def headers(element: str) -> dict[str, dict[str, str]]:
        return {"headers": {"HX-Request": "true", "HX-Target": element}}

    return headers
