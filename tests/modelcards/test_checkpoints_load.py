"""Loading checkpoints and the card texts beside them."""

import pytest

from modelcards.actions import checkpoints_load
from modelcards.models import CardChange, Checkpoint
from modelcards.statements import CheckpointStatement
from tests.factories import make_card, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def weights(settings, tmp_path):
    settings.HUB_CHECKPOINT_DIRS = [tmp_path]
    directory = tmp_path / "models" / "tree"
    directory.mkdir(parents=True)
    (directory / "model.safetensors").write_bytes(b"x" * 10)
    (directory / "README.md").write_text("---\nlicense: mit\n---\n# Tree\n\nGrows.\n")
    return CheckpointStatement("tree", "main", path="models/tree", step=430, tokens_seen=100)


def test_it_stores_the_weights_and_the_text_beside_them(weights):
    card = make_card("Tree")
    assert checkpoints_load(checkpoints=[weights], by="load_catalog").created == 1
    stored = Checkpoint.objects.get(card=card)
    assert (stored.path, stored.step, stored.size) == ("models/tree", 430, 10)
    card.refresh_from_db()
    assert card.card_text == "# Tree\n\nGrows."


def test_loading_twice_changes_nothing(weights):
    make_card("Tree")
    checkpoints_load(checkpoints=[weights], by="load_catalog")
    assert checkpoints_load(checkpoints=[weights], by="load_catalog").unchanged == 1
    assert CardChange.objects.count() == 1


def test_a_text_that_a_person_wrote_stays(weights):
    card = make_card("Tree", card_text="Mine.")
    CardChange.objects.create(card=card, who=make_user(), by="owner", after={"card_text": "Mine."})
    checkpoints_load(checkpoints=[weights], by="load_catalog")
    card.refresh_from_db()
    assert card.card_text == "Mine."


def test_new_weights_at_the_same_revision_replace_what_is_known_of_them(weights):
    make_card("Tree")
    checkpoints_load(checkpoints=[weights], by="load_catalog")
    newer = CheckpointStatement("tree", "main", path="models/tree", step=860, tokens_seen=200)
    assert checkpoints_load(checkpoints=[newer], by="load_catalog").changed == 1
    assert Checkpoint.objects.get().step == 860
