"""What computes: asked for by form, REST, command and sweep file, part of what a cell is, only where a node has it."""

import json
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import call_command

from evaluation.actions import Lease, evaluation_plan, evaluation_retry, evaluation_submit
from evaluation.core.protocol import ModelSpec
from evaluation.core.request import EvaluationRequest, RequestError
from evaluation.core.sweep import read_sweep
from evaluation.models import Cell, Node, Run, Task
from evaluation.worker.service import Worker
from evaluation.worker.spec import run_spec
from tests.evaluation.actions.conftest import runnable, woken  # noqa: F401
from tests.factories import make_device, make_endpoint, make_run, make_task, make_user

pytestmark = pytest.mark.django_db
GOOD = {"models": ["oak"], "tasks": ["agreement"]}


@pytest.fixture
def oak(runnable):  # noqa: F811
    make_task("agreement")
    return runnable("oak")


@pytest.fixture
def staff():
    return make_user("admin", is_staff=True, is_superuser=True)


def asked(**fields) -> EvaluationRequest:
    return EvaluationRequest.from_json(GOOD | fields)


def reason(staff, **fields) -> tuple[str, str]:
    (cell,) = evaluation_plan(user=staff, request=asked(backend="vllm", **fields)).cells
    return cell.verdict, cell.reason


def test_the_usual_one_is_not_named_in_a_cell_and_another_is():
    """So cells of before keep their names."""
    assert "backend" not in asked().settings()
    assert asked(backend="vllm").settings() == {**asked().settings(), "backend": "vllm"}
    assert asked(backend="vllm", requires=["eu"]).labels == "eu vllm"
    assert asked(requires=["vllm"]).labels == asked(backend="vllm").labels == "vllm"


@pytest.mark.parametrize("bad", ["tensorrt", "", None, 1, ["vllm"]])
def test_what_is_none_is_told_at_its_field(bad):
    with pytest.raises(RequestError, match=r"backend: Must be one of hf, vllm"):
        asked(backend=bad)


def test_a_sweep_file_and_a_command_name_it(oak, staff):
    assert read_sweep(b"models: oak\ntasks: x\nbackend: vllm\n")[0].request.backend == "vllm"
    call_command("evaluate", models="oak", tasks="agreement", backend="vllm", stdout=StringIO())
    assert Cell.objects.get().settings["backend"] == "vllm"
    assert Run.objects.get().requires == "vllm"


def test_a_cell_that_transformers_has_measured_is_measured_by_vllm_too(oak, staff):
    evaluation_submit(user=staff, request=asked())
    Cell.objects.update(state="done")
    assert reason(staff) == ("run", "")
    evaluation_submit(user=staff, request=asked(backend="vllm"))
    assert Cell.objects.count() == 2


def test_the_plan_says_when_no_node_that_is_up_has_it(oak, staff, client, signed_in):
    node = make_device(tasks=Task.objects.all()).node
    told = "No node that is up has the labels vllm"
    page = signed_in(staff).get("/evaluations/new/?models=oak&tasks=agreement&backend=vllm").content.decode()
    assert '<option value="vllm" selected>' in page
    assert told in page
    Node.objects.filter(pk=node.pk).update(versions={"vllm": "0.11.2"})
    body = json.dumps(GOOD | {"backend": "vllm"})
    plan = signed_in(staff).post("/api/v1/evaluations/plan", body, content_type="application/json").json()
    assert (plan["run"], plan["waiting"], plan["nodes"]) == (1, 0, 1)


def test_families_that_vllm_has_no_likelihoods_for_are_refused(staff, runnable):  # noqa: F811
    make_task("agreement")
    runnable("oak", family="encoder-only")
    assert reason(staff) == ("refused", "vLLM scores no encoder-only models; ask without it.")


def test_a_served_model_is_its_servers_affair(staff, oak):
    make_endpoint(oak.card)
    verdict, why = reason(staff, models=["oak@oven"])
    assert (verdict, why.startswith("The server oven answers for it: ask without vllm")) == ("refused", True)


def test_the_runner_is_told_it_and_a_retry_keeps_it_apart(oak, staff, tmp_path):
    first = evaluation_submit(user=staff, request=asked(backend="vllm")).evaluation
    run = Run.objects.get()
    spec = run_spec(Lease(run.pk, 1, "node/cpu"), run, list(run.cells.all()), "cpu", tmp_path)
    assert spec.model.backend == "vllm"
    second = evaluation_submit(user=staff, request=asked(requires=["vllm"])).evaluation
    Cell.objects.update(state="failed")
    first.cells.add(*second.cells.all(), through_defaults={"asked_fewshot": 0})
    evaluation_retry(user=staff, evaluation=first)
    again = Run.objects.exclude(pk__lte=run.pk + 1)
    assert sorted(len({cell.settings.get("backend") for cell in one.cells.all()}) for one in again) == [1, 1]


def test_the_page_of_a_run_says_it(oak, staff, client):
    evaluation_submit(user=staff, request=asked(backend="vllm"))
    page = client.get(f"/runs/{Run.objects.get().pk}/").content.decode()
    assert "<dt>Backend</dt><dd>vllm</dd>" in page


HF, OTHER = ModelSpec("decoder-only", path="/oak"), ModelSpec("decoder-only", path="/elm")
VLLM, OTHER_VLLM = (ModelSpec("decoder-only", path=path, backend="vllm") for path in ("/oak", "/elm"))


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [(HF, OTHER, True), (VLLM, VLLM, True), (HF, VLLM, False), (VLLM, HF, False), (VLLM, OTHER_VLLM, False)],
)
def test_a_runner_in_which_vllm_computes_serves_nothing_else(monkeypatch, before, after, kept):
    worker = Worker()
    monkeypatch.setattr("evaluation.worker.service.device_seen", lambda **_named: True)
    monkeypatch.setattr(Worker, "device", None)
    ended: list[int] = []
    worker.runner = SimpleNamespace(kill=lambda: ended.append(1))  # type: ignore[assignment]
    worker.holds(make_run(), before)
    worker.make_room(after)
    assert (worker.runner is not None, ended) == ((True, []) if kept else (False, [1]))
