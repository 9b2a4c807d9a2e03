"""Where weights are told to be that lie neither in a directory nor in a repository: on the card and on a run."""

import pytest
from django.utils import timezone

from evaluation.models import Endpoint
from tests.factories import make_card, make_cell, make_checkpoint, make_endpoint, make_run, make_user

pytestmark = pytest.mark.django_db
PLACE = "behind an address"


@pytest.fixture
def endpoint():
    card = make_card("Oak")
    make_checkpoint(card, path="", repo_id="", revision="step7")
    return make_endpoint(card)


def of_card(client) -> str:
    return client.get("/models/oak/").content.decode().split('id="checkpoints"')[1].split("</section>")[0]


def test_a_card_says_where_its_weights_are_and_leads_evaluators_to_the_address(client, signed_in, endpoint):
    told = of_card(client)
    assert PLACE in told
    assert "known from results alone" in told
    assert "/served/" not in told
    assert f'<a href="/served/#e-{endpoint.pk}">{PLACE}</a>' in of_card(signed_in(make_user()))


def test_a_removed_address_is_told_as_past(client, endpoint):
    Endpoint.objects.update(removed_at=timezone.now())
    assert "was behind an address" in of_card(client)


def test_a_card_with_files_alone_is_not_asked_about_addresses(client, django_assert_max_num_queries, endpoint):
    make_checkpoint(make_card("Elm"))
    client.get("/models/elm/")
    with django_assert_max_num_queries(40) as asked:
        client.get("/models/elm/")
    assert not [one for one in asked.captured_queries if "evaluation_endpoint" in one["sql"]]


def test_the_page_of_a_run_names_the_server_and_no_address(client, endpoint):
    run = make_run(endpoint.checkpoint, "done")
    make_cell(endpoint.checkpoint, state="done", run=run)
    page = client.get(f"/runs/{run.pk}/").content.decode()
    assert f"oven, {PLACE}" in page
    assert "gpu-3" not in page
