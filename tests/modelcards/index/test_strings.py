"""A table of strings gives each back and finds each."""

from hypothesis import given
from hypothesis import strategies as st

from modelcards.index.strings import StringTable


@given(st.sets(st.binary(max_size=5), max_size=20), st.binary(max_size=5))
def test_each_is_found_where_it_stands_and_others_where_they_would(strings, other):
    listed = sorted(strings)
    table = StringTable.of(listed)
    assert [table[place] for place in range(len(table))] == listed
    assert [table.place(each) for each in listed] == [(place, True) for place in range(len(listed))]
    place, there = table.place(other)
    assert there == (other in strings)
    assert sorted([*strings, other]).index(other) == place
