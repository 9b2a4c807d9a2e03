"""Sets of ids cross to arrays and back unaltered."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import BitMap

from modelcards.index.bitmaps import from_ids, from_mask, ids_of, to_mask

IDS = st.sets(st.integers(0, 200_000) | st.sampled_from([0, 65_535, 65_536, 131_071]), max_size=40)


@settings(deadline=None)
@given(IDS)
def test_a_mask_and_a_list_give_the_same_set(ids):
    size = max(ids, default=0) + 1
    mask = np.zeros(size, dtype=bool)
    mask[list(ids)] = True
    assert from_mask(mask) == from_ids(ids) == BitMap(ids)
    assert ids_of(from_mask(mask)).tolist() == sorted(ids)
    assert to_mask(BitMap(ids), size).tolist() == mask.tolist()


@pytest.mark.parametrize("number", [4095, 4096, 4097, 65_535, 65_536, 65_537])
def test_sizes_around_the_limits_of_the_format(number):
    ids = np.arange(number, dtype=np.uint32) * 3
    assert from_ids(ids[::-1]) == BitMap(ids.tolist())
    assert from_mask(np.ones(number, dtype=bool)) == BitMap(range(number))


def test_full_and_empty_and_sparse_parts_beside_each_other():
    mask = np.zeros(4 * 65_536 + 100, dtype=bool)
    mask[:65_536] = True
    mask[[2 * 65_536, 3 * 65_536 - 1, 3 * 65_536 + 7, 4 * 65_536 + 99]] = True
    assert from_mask(mask) == BitMap(np.flatnonzero(mask).tolist())


def test_many_ids_in_rising_order_and_many_with_two_alike():
    ids = np.arange(0, 60_000, 3, dtype=np.uint32)
    assert from_ids(ids) == from_ids(np.repeat(ids, 2)) == BitMap(ids.tolist())
