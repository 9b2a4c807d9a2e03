"""The page of served models: who sees it, registering with mistakes told beside their fields, probing, removing."""

import pytest
from django.urls import reverse

from evaluation.actions import endpoint_probe
from evaluation.core.served.probe import Abilities, ProbeError
from evaluation.models import Endpoint
from tests.factories import make_card, make_cell, make_endpoint, make_run, make_user
from tests.openai_server import serving

pytestmark = pytest.mark.django_db
PAGE = "/served/"
FORM = {"model": "oak", "name": "oven", "concurrency": "8", "tries": "5", "timeout": "120"}


@pytest.fixture
def chief(signed_in):
    return signed_in(make_user("chief", is_superuser=True, is_staff=True))


def test_visitors_sign_in_and_mere_readers_are_refused(client, signed_in):
    assert client.get(PAGE).status_code == 302
    assert signed_in(make_user(roles=())).get(PAGE).status_code == 403


def test_an_evaluator_sees_what_a_server_can_do_and_no_form(signed_in):
    make_endpoint(make_card("oak"), echo=False)
    page = signed_in(make_user()).get(PAGE).content.decode()
    assert "http://gpu-3:8000/v1" in page
    assert "Probe again" in page
    assert "Register an address" not in page
    assert "Remove" not in page


def test_a_server_of_a_restricted_card_is_seen_by_its_readers_alone(signed_in, restricted, teammate, stranger):
    endpoint = make_endpoint(restricted.card)
    assert str(endpoint) in signed_in(teammate).get(PAGE).content.decode()
    assert "gpu-3" not in signed_in(stranger).get(PAGE).content.decode()
    assert signed_in(stranger).post(reverse("evaluation:endpoint-probe", args=[endpoint.pk])).status_code == 404


def test_an_administrator_registers_a_running_server(chief):
    make_card("oak")
    with serving() as server:
        answer = chief.post(PAGE, {**FORM, "address": server.address}, follow=True)
    assert "oak@oven is registered" in answer.content.decode()
    assert Endpoint.objects.get().abilities["echo"] is True


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("address", "http://169.254.169.254/v1", "never asked"),
        ("key_variable", "SECRET_KEY", "ends in _API_KEY"),
        ("model", "el\0m", "Null characters"),
        ("tries", "many", "whole number"),
    ],
)
def test_mistakes_are_told_beside_their_fields(chief, field, value, why):
    make_card("oak")
    answer = chief.post(PAGE, {**FORM, "address": "http://gpu-3:8000/v1", field: value})
    assert answer.status_code == 400
    assert why in answer.content.decode()
    assert not Endpoint.objects.exists()


def test_what_mostly_stays_as_it_is_is_folded_unless_it_must_be_mended(chief):
    make_card("oak")
    assert '<details class="more">' in chief.get(PAGE).content.decode()
    wrong = chief.post(PAGE, {**FORM, "address": "http://gpu-3:8000/v1", "tries": "99"}).content.decode()
    folded = wrong.split('<details class="more" open>')[1].split("</details>")[0]
    assert "between 1 and 10" in folded


def test_what_was_measured_and_what_waits_is_told_of_each(chief):
    endpoint, other = make_endpoint(make_card("oak")), make_endpoint(make_card("elm"))
    for number in range(2):
        make_cell(endpoint.checkpoint, state="done")
        make_run(endpoint.checkpoint, "running" if number else "queued")
    make_cell(endpoint.checkpoint, state="failed")
    page = chief.get(PAGE).content.decode()
    told = page.split(f'id="e-{endpoint.pk}"')[1].split("</section>")[0]
    assert "2 cells measured" in told
    assert '<a href="/queue/?model=oak">2 runs wait or are under way</a>' in told
    assert "nothing measured yet" in page.split(f'id="e-{other.pk}"')[1].split("</section>")[0]


def test_a_failed_probe_is_told_and_stays_on_the_page(chief, monkeypatch):
    endpoint = make_endpoint()

    def silent(*_asked: str) -> Abilities:
        raise ProbeError("The server gave no whole answer.")

    monkeypatch.setitem(endpoint_probe.__kwdefaults__, "ask", silent)
    page = chief.post(reverse("evaluation:endpoint-probe", args=[endpoint.pk]), follow=True).content.decode()
    assert "did not answer" in page


def test_removing_is_refused_while_runs_wait(chief):
    endpoint = make_endpoint()
    make_run(endpoint.checkpoint)
    page = chief.post(reverse("evaluation:endpoint-remove", args=[endpoint.pk]), follow=True).content.decode()
    assert "1 run on it is waiting or under way" in page
    assert Endpoint.objects.in_use().exists()
