"""docs/metrics.md names every family, and none that is not there."""

import re

import pytest

from hub.metrics.requests import own
from hub.metrics.rows import Rows
from tests.services import ROOT

TEXT = (ROOT / "docs" / "metrics.md").read_text()


@pytest.mark.django_db
def test_the_page_and_the_families_are_the_same():
    families = [*Rows().collect(), *own.collect()]
    told = {family.name + ("_total" if family.type == "counter" else "") for family in families}
    table = [line.split("|")[1] for line in TEXT.splitlines() if line.startswith("| `arboretum_")]
    assert told == set(re.findall(r"`(arboretum_\w+)`", " ".join(table)))


def test_alerts_name_families_of_the_page():
    table, alerts = TEXT.split("## Alerts")
    assert set(re.findall(r"arboretum_\w+", alerts)) <= set(re.findall(r"arboretum_\w+", table))
