"""Weights that change under a revision: what was measured before is no score of what is there now."""

import pytest

from evaluation.models import Cell, Score
from modelcards.models import Checkpoint
from tests.factories import make_cell, make_checkpoint, make_score

pytestmark = pytest.mark.django_db
OLD, NEW = "a" * 64, "b" * 64


@pytest.fixture
def checkpoint() -> Checkpoint:
    return make_checkpoint(sha256=OLD)


@pytest.fixture
def score(checkpoint: Checkpoint) -> Score:
    return make_score(make_cell(checkpoint, state="done", weights=OLD))


def replace_weights(checkpoint: Checkpoint, sha256: str) -> None:
    Checkpoint.objects.filter(pk=checkpoint.pk).update(sha256=sha256)


def shown(client) -> tuple[int, bool]:
    """How many scores the API gives, and whether the card shows the measured value."""
    card = Score.objects.get().card
    return client.get("/api/v1/scores").json()["count"], "0.750" in client.get(f"/models/{card.slug}/").content.decode()


def test_scores_of_replaced_weights_are_not_shown_as_the_models(client, checkpoint, score):
    assert shown(client) == (1, True)
    replace_weights(checkpoint, NEW)
    assert shown(client) == (0, False)


def test_weights_without_a_hash_are_taken_at_their_word(client, checkpoint, score):
    replace_weights(checkpoint, "")
    assert shown(client) == (1, True)


def test_weights_that_come_back_bring_their_scores_back(checkpoint, score):
    again = make_cell(
        checkpoint, score.cell.task, state="done", weights=NEW, generation=1, settings_key=score.cell.settings_key
    )
    assert list(Cell.objects.newest()) == [score.cell]
    replace_weights(checkpoint, NEW)
    assert list(Cell.objects.newest()) == [again]
