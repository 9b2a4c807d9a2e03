"""The figure of what devices did: pure, from records to lanes."""

import pytest

from evaluation.timelinechart import LEAST, LOOKS, Stretch, ago, timeline


def bars(figure, how):
    return next(trace for trace in figure["data"] if trace.get("name") == how)


def test_each_attempt_is_a_bar_in_the_lane_of_its_device_from_when_to_when():
    done = Stretch("n/a", 3000, 600, "done", ("oak", "<b>"), "/runs/1/")
    running = Stretch("n/b", 300, 0, "running", ("elm",))
    figure = timeline([done, running], ["n/a", "n/b"], 1)
    first, second = bars(figure, "done"), bars(figure, "running")
    assert (first["y"], first["base"], first["x"]) == ([0], [-3000], [2400])
    assert (second["y"], second["base"], second["x"]) == ([1], [-300], [300])
    assert first["customdata"] == ["/runs/1/"]
    assert first["hovertext"] == ["oak<br>&lt;b&gt;"]
    assert figure["data"][-1]["text"] == ["n/a", "n/b"]


def test_how_it_ended_is_told_by_colour_and_by_hatching():
    assert len(set(LOOKS.values())) == len(LOOKS)
    hatched = [hatching for how, (_colour, hatching) in LOOKS.items() if how not in ("done", "running")]
    assert len(set(hatched)) == len(hatched)
    assert "" not in hatched


def test_what_began_before_is_cut_and_what_was_short_can_still_be_seen():
    figure = timeline([Stretch("n/a", 9999, 1800, "done", ()), Stretch("n/a", 60.1, 60, "failed", ())], ["n/a"], 1)
    assert bars(figure, "done")["base"] == [-3600]
    short = bars(figure, "failed")
    assert short["x"] == pytest.approx([3600 * LEAST])
    assert short["base"][0] + short["x"][0] == -60


def test_hours_are_told_as_people_write_them():
    assert [ago(hours) for hours in (0, 0.25, 6, 24, 72)] == ["now", "−15 min", "−6 h", "−24 h", "−3 d"]
    for hours in (1, 6, 24, 168):
        axis = timeline([], ["n/a"], hours)["layout"]["xaxis"]
        assert axis["tickvals"][0] == 0
        assert axis["tickvals"][-1] == -3600 * hours
