import pytest
from django.http import QueryDict

from evaluation.plots.choice import PlotChoice, read_choice


def test_an_address_without_words_leaves_the_choice_to_the_page():
    assert read_choice(QueryDict("")) == PlotChoice()
    assert PlotChoice().query() == "?"


@pytest.mark.parametrize(
    "words",
    [
        "x=compute&task=mmlu&shots=5&origin=published",
        "family=decoder-only,prefix-lm&stage=base&models=a,b",
        "y=normalised&x_scale=linear&y_scale=log&fits=off&frontier=off",
        "view=training&x=tokens&task=hellaswag",
        "view=shots&task=average",
        "page=3",
    ],
)
def test_what_an_address_says_is_kept(words):
    choice = read_choice(QueryDict(words))
    assert read_choice(QueryDict(choice.query(page=choice.page)[1:])) == choice
    assert set(QueryDict(choice.query(page=choice.page)[1:])) == set(QueryDict(words))


def test_repeated_words_of_a_form_and_words_with_commas_are_the_same():
    assert read_choice(QueryDict("family=decoder-only&family=prefix-lm")) == read_choice(
        QueryDict("family=decoder-only,prefix-lm")
    )


@pytest.mark.parametrize(
    "words",
    [
        "x=colour&view=pie&origin=rumour",
        "shots=-1&page=0",
        "shots=many&page=1e9",
        "shots=99999999999",
        "family=nonsense&stage=%00",
        "shots=%D9%A3",
        "y=log&fits=maybe",
    ],
)
def test_words_that_mean_nothing_count_as_not_said(words):
    assert read_choice(QueryDict(words)) == PlotChoice()


def test_a_change_leads_to_the_first_page():
    assert PlotChoice(page=4).query(x="date") == "?x=date"


def test_an_axis_of_another_view_is_not_taken_over():
    assert read_choice(QueryDict("view=training&x=compute")).x == "step"
    assert PlotChoice().query(view="training", x="step") == "?view=training"
