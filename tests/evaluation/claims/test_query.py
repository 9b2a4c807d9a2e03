"""A query from words, as it is kept, and back."""

import pytest

from evaluation.claims.query import COMPETITIVE, LARGER, ClaimQuery, as_words, of_stored, read_query
from evaluation.claims.shipped import SHIPPED

WORDS = {"kind": "better", "first": "oak", "others": "elm"}


def errors_of(**words):
    return read_query({**WORDS, **words})[1]


def test_words_become_a_query():
    query, errors = read_query(
        {
            "kind": "competitive",
            "first": " oak ",
            "others": "elm, ash,elm",
            "subjects": "quiz",
            "shots": "5, 0",
            "origins": "published",
            "sources": "2302.13971",
            "margin": "0.05",
            "share": "0.75",
        }
    )
    assert errors == {}
    assert query == ClaimQuery(
        COMPETITIVE,
        "oak",
        ("elm", "ash"),
        subjects=("quiz",),
        shots=(0, 5),
        origins=("published",),
        sources=("2302.13971",),
        margin=0.05,
        share=0.75,
    )


@pytest.mark.parametrize("one", SHIPPED, ids=lambda one: one.slug)
def test_what_is_kept_and_what_a_form_shows_give_the_same_query(one):
    assert of_stored({**one.query.stored(), "kind": one.query.kind}) == one.query
    assert read_query(as_words(one.query)) == (one.query, {})


def test_what_is_kept_is_what_differs_from_the_usual():
    assert ClaimQuery(LARGER).stored() == {"kind": "larger"}


def test_words_of_another_version_are_left_out():
    assert of_stored({"kind": "better", "colour": "green"}) == ClaimQuery("better")


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"kind": "best"}, "kind"),
        ({"first": ""}, "first"),
        ({"others": " , "}, "others"),
        ({"others": "oak"}, "others"),
        ({"others": "elm, ash"}, "others"),
        ({"shots": "five"}, "shots"),
        ({"shots": "-1"}, "shots"),
        ({"margin": "nan"}, "margin"),
        ({"margin": "2"}, "margin"),
        ({"share": "0.2"}, "share"),
    ],
)
def test_what_is_wrong_is_said_by_field(words, field):
    assert list(errors_of(**words)) == [field]


def test_a_claim_about_sizes_names_no_model():
    assert read_query({"kind": "larger", "series": "Oak"})[1] == {}
