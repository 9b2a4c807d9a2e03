"""Real cards from the hub, where they lie beside a development checkout; our own stand for each kind of them."""

from collections import Counter

import pytest
from django.conf import settings

from modelcards.exchange.items import path_items
from modelcards.exchange.passes import read_items, take
from modelcards.exchange.seen import Seen
from modelcards.models import ModelCard
from tests.modelcards.exchange.cards import (
    DATASET,
    DATASET_FORM,
    MODEL_FORM,
    PLAIN,
    WITH_SCORES,
    WITHOUT_DATASET,
    write,
)

pytestmark = pytest.mark.django_db
REAL = settings.BASE_DIR.parent / "shared" / "data" / "model_cards"
REASONS = {
    "sample_datasetcard_simple.md": "data set",
    "sample_datasetcard_template.md": "data set",
    "sample_invalid_card_data.md": "a list",
    "sample_invalid_model_index.md": "no dataset",
    "sample_template.md": "template",
}
TAKEN = {"sample_no_metadata", "sample_simple", "sample_simple_model_index", "sample_windows_line_breaks"}


def bring(folder):
    return take(list(read_items(path_items(folder))), user=None, seen=Seen(), dry=False)


def refusals(outcomes):
    return {one.file.rpartition("/")[2]: one.errors[0].reason for one in outcomes if one.outcome == "refused"}


def check_fixtures(folder):
    outcomes = bring(folder)
    found = refusals(outcomes)
    assert found.keys() == REASONS.keys()
    assert all(REASONS[name] in reason for name, reason in found.items())
    assert {one.slug for one in outcomes if one.outcome == "new"} == TAKEN


def test_a_card_of_each_kind_comes_in_or_is_refused_with_its_reason(tmp_path):
    own = {
        "sample_datasetcard_simple.md": DATASET,
        "sample_datasetcard_template.md": DATASET_FORM,
        "sample_invalid_card_data.md": "---\n[]\n---\n",
        "sample_invalid_model_index.md": WITHOUT_DATASET,
        "sample_template.md": MODEL_FORM,
        "sample_no_metadata.md": "# No metadata",
        "sample_simple.md": PLAIN,
        "sample_simple_model_index.md": WITH_SCORES,
        "sample_windows_line_breaks.md": PLAIN.replace("\n", "\r\n"),
    }
    for name, text in own.items():
        write(tmp_path, name, text)
    check_fixtures(tmp_path)


@pytest.mark.shared_data
def test_the_fixtures_of_the_hub_client_come_in_or_are_refused_with_their_reason():
    if not REAL.is_dir():
        return  # Cards of our own stand for them above.
    check_fixtures(REAL / "hf-fixtures" / "tests")


@pytest.mark.shared_data
def test_all_real_cards_come_in_and_change_nothing_the_second_time():
    if not REAL.is_dir():
        return  # Cards of our own stand for them above.
    outcomes = bring(REAL / "hf-2020")
    assert Counter(one.outcome for one in outcomes) == {"new": 168}
    assert ModelCard.objects.count() == 168
    bare = ModelCard.objects.exclude(facts__field__in=["languages", "licence", "training_data_note", "suited_tasks"])
    assert bare.count() == 32
    assert Counter(one.outcome for one in bring(REAL / "hf-2020")) == {"unchanged": 168}
