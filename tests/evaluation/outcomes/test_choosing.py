"""Probabilities of choices from their log-likelihoods."""

import math

import numpy as np
import pytest

from evaluation.outcomes.choosing import chosen, shares, target_shares


def test_shares_are_the_softmax_and_add_up_to_one():
    found = shares([-1.0, -2.0, -math.inf])
    assert found == [pytest.approx(1 / (1 + math.exp(-1))), pytest.approx(1 / (1 + math.exp(1))), 0.0]
    assert shares([-1e6, -1e6]) == [0.5, 0.5]


def test_a_single_continuation_has_its_own_probability():
    assert shares([math.log(0.25)]) == [pytest.approx(0.25)]


@pytest.mark.parametrize("likely", [[math.nan, -1.0], [-math.inf, -math.inf], [math.inf, -1.0]])
def test_what_is_no_number_gives_no_share(likely):
    assert shares(likely) == [None, None]
    assert shares([]) == []


def test_many_documents_at_once_are_as_one_by_one():
    rng = np.random.default_rng(5)
    documents = [rng.normal(-5, 3, size).tolist() for size in (4, 2, 1, 0, 3)]
    documents[1] = [math.nan, -1.0]
    targets = [2, 0, 0, -1, -1]
    starts = np.cumsum([0, *map(len, documents)])[:-1]
    sizes = np.array([len(one) for one in documents])
    found = target_shares(np.concatenate(documents), starts, sizes, np.array(targets))
    wanted = [shares(one)[place] if place >= 0 else None for one, place in zip(documents, targets, strict=True)]
    assert [None if math.isnan(one) else pytest.approx(one) for one in found] == wanted


def test_the_choice_is_the_most_likely_or_that_for_its_letters():
    assert chosen([-3.0, -2.0]) == 1
    assert chosen([-3.0, -2.0], [10, 2]) == 0
    assert chosen([-2.0, -2.0]) == 0
    assert chosen([-2.0]) is None
    assert chosen([math.nan, -2.0]) is None
