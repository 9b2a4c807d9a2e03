"""Where weights are told to be that lie neither in a directory nor in a repository: on the card and on a run."""

import pytest
from django.utils import timezone

from evaluation.models import Endpoint
from modelcards.browse import tray_actions
from tests.evaluation.actions.conftest import runnable, woken  # noqa: F401
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


def test_administrators_are_led_from_a_card_to_the_form_that_registers_a_server_for_it(client, signed_in, endpoint):
    address = '/served/?model=oak"'
    assert address in signed_in(make_user("chief", is_superuser=True)).get("/models/oak/").content.decode()
    assert address not in signed_in(make_user()).get("/models/oak/").content.decode()


def test_of_several_chosen_models_no_server_is_registered(endpoint):
    chief = make_user("chief", is_superuser=True)
    assert "serve" in [action.key for action in tray_actions(chief, ["oak"])]
    assert "serve" not in [action.key for action in tray_actions(chief, ["oak", "elm"])]


def test_the_form_of_an_evaluation_marks_models_behind_an_address(client, signed_in, endpoint):
    page = signed_in(make_user()).get("/evaluations/new/").content.decode()
    assert f"· {PLACE}" in page.split('id="m-oak@oven"')[1].split("</label>")[0]
    assert PLACE not in page.split('id="m-oak@step7"')[1].split("</label>")[0]


def test_a_card_that_is_named_alone_is_told_by_the_checkpoint_that_would_be_measured(signed_in, runnable):  # noqa: F811
    """Not by the first that the table holds, such as a server that is gone."""
    here = runnable("fir")
    make_endpoint(here.card, "a-server")
    Endpoint.objects.update(removed_at=timezone.now())
    page = signed_in(make_user()).get("/evaluations/new/?models=fir").content.decode()
    chosen = page.split('id="m-fir"')[1].split("</label>")[0]
    assert "checked" in chosen
    assert "was removed" not in chosen


def test_the_page_of_a_run_names_the_server_and_no_address(client, endpoint):
    run = make_run(endpoint.checkpoint, "done")
    make_cell(endpoint.checkpoint, state="done", run=run)
    page = client.get(f"/runs/{run.pk}/").content.decode()
    assert f"oven, {PLACE}" in page
    assert "<dt>Dtype</dt><dd>the server's own</dd>" in page
    assert "<dt>Batch size</dt>" not in page
    assert "gpu-3" not in page


def test_the_page_of_nodes_leads_only_those_to_served_models_who_may_see_them(signed_in, endpoint):
    assert 'href="/served/"' in signed_in(make_user()).get("/nodes/").content.decode()
    assert 'href="/served/"' not in signed_in(make_user(roles=())).get("/nodes/").content.decode()
