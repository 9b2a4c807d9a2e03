"""Tiers, queues, and the smallest group of devices."""

from dataclasses import dataclass

import pytest

from evaluation.core.placement import GIB, group, own_queue, queue_name, rank, tier


@dataclass
class Card:
    memory: int
    kind: str = "cuda"
    name: str = ""


def cards(*sizes: float) -> list[Card]:
    return [Card(int(size * GIB), name=str(place)) for place, size in enumerate(sizes)]


@pytest.mark.parametrize(
    ("gib", "found"), [(0.5, 4), (8, 8), (7.6, 8), (23.6, 24), (79.1, 80), (139.8, 144), (24.01, 32), (5000, 5000)]
)
def test_a_tier_is_the_size_that_a_card_is_sold_as(gib, found):
    assert tier(int(gib * GIB)) == found


def test_queues_are_named_by_kind_and_tier_and_by_device():
    assert queue_name("cuda", int(23.6 * GIB)) == "evaluation.cuda.24g"
    assert queue_name("cpu", 8 * GIB) == "evaluation.cpu.8g"
    assert own_queue("node-1/cuda:0") == "evaluation.on.node-1/cuda:0"


def test_accelerators_come_before_processors_and_small_before_large():
    devices = [Card(16 * GIB, "cpu"), Card(80 * GIB), Card(24 * GIB)]
    assert sorted(devices, key=rank) == [devices[2], devices[1], devices[0]]


def test_a_group_has_as_few_devices_and_as_little_memory_as_will_do():
    assert [card.memory // GIB for card in group(cards(80, 24, 24, 80), 40 * GIB)] == [24, 24]
    assert [card.memory // GIB for card in group(cards(80, 24, 24, 80), 90 * GIB)] == [24, 80]
    assert [card.memory // GIB for card in group(cards(80, 24, 24, 80), 170 * GIB)] == [24, 80, 80]
    assert group(cards(80, 24, 24, 80), 300 * GIB) == []


def test_one_device_is_no_group_and_processors_are_in_none():
    assert group(cards(80), 40 * GIB) == []
    assert group([Card(80 * GIB, "cpu"), Card(80 * GIB)], 90 * GIB) == []


def test_of_equal_devices_those_that_come_first_are_taken():
    assert [card.name for card in group(cards(24, 24, 24, 24), 40 * GIB)] == ["0", "1"]
