"""How values of the catalog are written."""

import pytest

from modelcards.models import ModelCard
from modelcards.templatetags.catalog import language_name, licence_name, ratio


@pytest.mark.parametrize(
    ("tokens", "parameters", "written"),
    [
        (None, 10, ""),
        (1, 1000, "<0.01"),
        (34, 1000, "0.03"),
        (13, 10, "1.3"),
        (297, 10, "30"),
        (50_000, 3, "16,667"),
    ],
)
def test_few_tokens_per_parameter_are_not_written_as_none(tokens, parameters, written):
    assert ratio(ModelCard(training_tokens=tokens, parameters=parameters)) == written


def test_licences_and_languages_have_names_and_unknown_ones_their_keys():
    assert (licence_name("mit"), licence_name("my-own")) == ("MIT", "my-own")
    assert (language_name("zh"), language_name("qqq")) == ("Chinese", "qqq")
