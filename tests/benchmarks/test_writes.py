"""The edits that are measured change something each time."""

import pytest

from benchmarks.browse.writes import an_edit
from modelcards.actions.card_create import card_create
from modelcards.actions.card_edit import card_edit
from modelcards.edits import CardEdit, StatedFact
from tests.factories import make_user


@pytest.mark.django_db
@pytest.mark.parametrize("place", range(4))
def test_an_edit_in_a_second_run_changes_the_card_again(place: int) -> None:
    editor = make_user("editor", is_superuser=True)
    card = card_create(user=editor, slug="oak", edit=CardEdit({"name": StatedFact("Oak", "a page")}))
    for version in range(1, 5):
        assert card.version == version
        card = card_edit(user=editor, card=card, version=card.version, changes=an_edit(place, card))
