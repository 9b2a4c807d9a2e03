"""Facets that share a table are counted as each for itself."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from modelcards.index.joint import LARGEST, Joints, joints_of

SIZES = st.lists(st.integers(1, 40) | st.sampled_from([LARGEST // 2, LARGEST // 2 + 1, LARGEST]), max_size=8)


@given(SIZES, st.integers(0, 2**32 - 1))
def test_every_facet_of_a_table_is_counted_as_alone(sizes, seed):
    chance = np.random.default_rng(seed)
    codes = {f"facet-{place}": chance.integers(0, size, 50, dtype=np.uint32) for place, size in enumerate(sizes)}
    joints = Joints()
    for (key, of_cards), size in zip(codes.items(), sizes, strict=True):
        joints.add(key, of_cards, size)
    places = np.flatnonzero(chance.integers(0, 2, 50))
    told = {}
    for joint in joints_of(tuple(codes), dict(joints.arrays())):
        told |= joint.tally(places)
    expected = {
        key: np.bincount(of_cards[places], minlength=size).tolist()
        for (key, of_cards), size in zip(codes.items(), sizes, strict=True)
        if 2 * size <= LARGEST
    }
    assert {key: counts.tolist() for key, counts in told.items()} == expected
