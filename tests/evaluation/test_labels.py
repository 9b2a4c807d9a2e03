"""Labels that an evaluation asks of its nodes: the same from the form, REST, a command and a sweep file."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from evaluation.core.request import EvaluationRequest, RequestError
from evaluation.core.sweep import SweepError, read_sweep
from evaluation.models import Cell, Node, Run, Task
from tests.evaluation.actions.conftest import runnable, woken  # noqa: F401
from tests.factories import make_device, make_task, make_user

pytestmark = pytest.mark.django_db
GOOD = {"models": ["oak"], "tasks": ["agreement"]}


@pytest.fixture
def oak(runnable):  # noqa: F811
    make_task("agreement")
    return runnable("oak")


@pytest.fixture
def staff():
    return make_user("admin", is_staff=True, is_superuser=True)


def test_labels_are_sorted_and_each_counts_once():
    assert EvaluationRequest.from_json(GOOD | {"requires": ["eu", " a100", "eu"]}).requires == ("a100", "eu")


def test_labels_are_no_part_of_what_a_cell_is():
    plain, labelled = EvaluationRequest.from_json(GOOD), EvaluationRequest.from_json(GOOD | {"requires": ["eu"]})
    assert plain.settings() == labelled.settings()


@pytest.mark.parametrize("bad", ["a100", [1], ["two words"], ["-x"], ["x" * 41], [f"l{n}" for n in range(7)], {"a": 1}])
def test_what_is_no_list_of_labels_is_told_at_its_field(bad):
    with pytest.raises(RequestError) as told:
        EvaluationRequest.from_json(GOOD | {"requires": bad})
    assert set(told.value.errors) == {"requires"}


def test_a_sweep_file_takes_one_label_or_a_list_and_tells_the_line_of_a_bad_one():
    assert read_sweep(b"models: oak\ntasks: x\nrequires: a100\n")[0].request.requires == ("a100",)
    assert read_sweep(b"models: oak\ntasks: x\nrequires: [eu, a100]\n")[0].request.requires == ("a100", "eu")
    with pytest.raises(SweepError, match=r"sweep:3: requires: .*no label"):
        read_sweep(b"models: oak\ntasks: x\nrequires: [a b]\n")


def test_the_form_sends_them_and_the_plan_says_what_it_would_wait_for(oak, staff, signed_in):
    make_device(Node.objects.create(name="n1", labels=["eu"]), tasks=[Task.objects.get()])
    page = signed_in(staff).get("/evaluations/new/?models=oak&tasks=agreement&requires=a100,eu").content.decode()
    assert 'value="a100, eu"' in page
    assert "Labels in use: eu." in page
    assert "No node that is up has the labels a100, eu" in page
    assert "any node" in page
    signed_in(staff).post("/evaluations/new/", {"models": "oak", "tasks": "agreement", "requires": "eu, a100"})
    assert Run.objects.get().requires == "a100 eu"


def test_a_node_that_has_them_takes_the_cells(oak, staff, signed_in):
    make_device(Node.objects.create(name="n1", labels=["eu"], versions={"vllm": "0.9"}), tasks=[Task.objects.get()])
    answer = signed_in(staff).post(
        "/api/v1/evaluations/plan", json.dumps(GOOD | {"requires": ["eu", "vllm"]}), content_type="application/json"
    )
    assert answer.json()["waiting"] == 0
    assert answer.json()["devices"] == 1


def test_rest_and_the_command_reach_the_run(oak, staff, signed_in):
    body = json.dumps(GOOD | {"requires": ["a100"]})
    answer = signed_in(staff).post("/api/v1/evaluations", body, content_type="application/json")
    assert answer.status_code == 201
    run = Run.objects.get()
    assert signed_in(staff).get(f"/api/v1/runs/{run.pk}").json()["requires"] == ["a100"]
    assert "a100" in signed_in(staff).get(f"/runs/{run.pk}/").content.decode()
    options = ("--models", "oak", "--tasks", "agreement", "--num-fewshot", "5", "--requires", "eu,a100")
    call_command("evaluate", *options, stdout=StringIO())
    assert Run.objects.latest("pk").requires == "a100 eu"


def test_a_retry_keeps_them(oak, staff, signed_in):
    signed_in(staff).post("/evaluations/new/", {"models": "oak", "tasks": "agreement", "requires": "eu"})
    Cell.objects.update(state="failed")
    Run.objects.update(state="failed")
    signed_in(staff).post(f"/runs/{Run.objects.get().pk}/retry/")
    assert list(Run.objects.values_list("requires", flat=True)) == ["eu", "eu"]
