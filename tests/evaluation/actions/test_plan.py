"""What would run, be reused or be refused."""

import pytest

from evaluation.actions import evaluation_plan
from evaluation.core.request import RequestError, settings_key
from evaluation.models import Task
from modelcards.models import Checkpoint, ModelCard
from modelcards.models.card import Visibility
from tests.factories import make_card, make_cell, make_checkpoint, make_device, make_task


def verdicts(plan):
    return [(c.model, c.task.name, c.asked_fewshot, c.verdict) for c in plan.cells]


def standing(checkpoint, task, request, shots=0, **fields):
    settings = request.settings()
    return make_cell(
        checkpoint, task, num_fewshot=shots, settings=settings, settings_key=settings_key(settings), **fields
    )


def test_every_model_meets_every_task_at_every_shot_count(owner, runnable, ask):
    runnable("oak"), runnable("elm")
    make_task("agreement"), make_task("ordering")
    plan = evaluation_plan(user=owner, request=ask("oak", "elm", tasks=["agreement", "ordering"], num_fewshot=[0, 5]))
    assert len(plan.cells) == 8
    assert plan.count("run") == 8
    assert verdicts(plan)[:2] == [("oak", "agreement", 0, "run"), ("oak", "agreement", 5, "run")]


def test_a_group_and_a_tag_expand_to_their_leaves_once(owner, runnable, ask):
    runnable("oak")
    make_task("a"), make_task("b"), make_task("c")
    make_task("inner", kind="tag", members=["b", "c"])
    make_task("outer", kind="group", members=["a", "inner", "outer"])
    plan = evaluation_plan(user=owner, request=ask("oak", tasks=["outer", "b"]))
    assert [c.task.name for c in plan.cells] == ["a", "b", "c"]


def test_shots_that_a_task_fixes_collapse_into_one_cell(owner, runnable, ask):
    runnable("oak")
    make_task("fixed", fixed_fewshot=0)
    plan = evaluation_plan(user=owner, request=ask("oak", tasks=["fixed"], num_fewshot=[0, 1, 5]))
    assert [(c.asked_fewshot, c.num_fewshot, c.verdict) for c in plan.cells] == [
        (0, 0, "run"),
        (1, 0, "reuse"),
        (5, 0, "reuse"),
    ]
    assert "fixes 0 shots" in plan.cells[1].reason


@pytest.mark.parametrize("state", ["done", "queued", "running"])
def test_a_cell_that_is_done_or_under_way_is_reused(owner, runnable, ask, state):
    checkpoint, task, request = runnable("oak"), make_task("agreement"), ask("oak", tasks=["agreement"])
    cell = standing(checkpoint, task, request, state=state)
    planned = evaluation_plan(user=owner, request=request).cells[0]
    assert (planned.verdict, planned.cell) == ("reuse", cell)


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_a_cell_that_ended_badly_runs_again(owner, runnable, ask, state):
    checkpoint, task, request = runnable("oak"), make_task("agreement"), ask("oak", tasks=["agreement"])
    standing(checkpoint, task, request, state=state)
    planned = evaluation_plan(user=owner, request=request).cells[0]
    assert (planned.verdict, planned.generation) == ("run", 0)


def test_other_settings_are_another_cell(owner, runnable, ask):
    checkpoint, task = runnable("oak"), make_task("agreement")
    standing(checkpoint, task, ask("oak", tasks=["agreement"]), state="done")
    assert evaluation_plan(user=owner, request=ask("oak", tasks=["agreement"], limit=10)).count("run") == 1
    assert evaluation_plan(user=owner, request=ask("oak", tasks=["agreement"], batch_size=4)).count("run") == 0


def test_force_makes_a_new_generation(owner, runnable, ask):
    checkpoint, task, request = runnable("oak"), make_task("agreement"), ask("oak", tasks=["agreement"], force=True)
    standing(checkpoint, task, request, state="done")
    planned = evaluation_plan(user=owner, request=request).cells[0]
    assert (planned.verdict, planned.generation) == ("run", 1)


def test_a_done_cell_is_reused_although_its_data_is_gone(owner, runnable, ask):
    checkpoint, request = runnable("oak"), ask("oak", tasks=["gone"])
    standing(checkpoint, make_task("gone", data_reason="not downloaded"), request, state="done")
    assert evaluation_plan(user=owner, request=request).count("reuse") == 1


def test_weights_that_are_to_be_fetched_need_the_memory_that_the_card_lets_expect(owner, ask, settings):
    settings.HUB_ALLOW_DOWNLOADS = True
    make_checkpoint(make_card("oak", parameters=70_000_000_000), path="", repo_id="house/oak")
    make_task("agreement"), make_device()
    plan = evaluation_plan(user=owner, request=ask("oak", tasks=["agreement"], dtype="bfloat16"))
    assert plan.cells[0].memory_need > 140e9
    assert plan.devices == 0


def test_a_failed_repetition_leaves_the_measured_generation_to_be_reused(owner, runnable, ask):
    checkpoint, task, request = runnable("oak"), make_task("agreement"), ask("oak", tasks=["agreement"])
    done = standing(checkpoint, task, request, state="done")
    standing(checkpoint, task, request, state="failed", generation=1)
    planned = evaluation_plan(user=owner, request=request).cells[0]
    assert (planned.verdict, planned.cell) == ("reuse", done)


def test_other_weights_under_the_same_revision_are_measured_again(owner, runnable, ask):
    checkpoint, task, request = runnable("oak"), make_task("agreement"), ask("oak", tasks=["agreement"])
    old = standing(checkpoint, task, request, state="done", weights="a" * 64)
    Checkpoint.objects.filter(pk=checkpoint.pk).update(sha256="a" * 64)
    assert evaluation_plan(user=owner, request=request).cells[0].cell == old
    Checkpoint.objects.filter(pk=checkpoint.pk).update(sha256="b" * 64)
    planned = evaluation_plan(user=owner, request=request).cells[0]
    assert (planned.verdict, planned.cell, planned.generation) == ("run", None, 1)
    assert "weights" in planned.reason
    new = standing(checkpoint, task, request, state="done", weights="b" * 64, generation=1)
    assert evaluation_plan(user=owner, request=request).cells[0].cell == new


def test_generation_on_an_encoder_is_refused_by_what_the_files_are(owner, runnable, ask):
    checkpoint = runnable("moss", family="encoder-only")
    checkpoint.card.architecture_family = "decoder-only"
    checkpoint.card.save()
    make_task("story", output_type="generate_until")
    planned = evaluation_plan(user=owner, request=ask("moss", tasks=["story"])).cells[0]
    assert planned.verdict == "refused"
    assert "does not write text" in planned.reason


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"data_reason": "data/x.jsonl is missing"}, "data/x.jsonl is missing"),
        ({"runs_code": True}, "HUB_ALLOW_GENERATED_CODE"),
        ({"python_code": True, "directory": "/srv/tasks"}, "HUB_PYTHON_TASK_DIRS"),
    ],
)
def test_a_task_that_this_site_cannot_run_is_refused(owner, runnable, ask, fields, why):
    runnable("oak")
    make_task("odd", **fields)
    planned = evaluation_plan(user=owner, request=ask("oak", tasks=["odd"])).cells[0]
    assert planned.verdict == "refused"
    assert why in planned.reason


def test_what_an_administrator_allows_runs(owner, runnable, ask, settings):
    settings.HUB_ALLOW_GENERATED_CODE, settings.HUB_PYTHON_TASK_DIRS = True, ["/srv"]
    runnable("oak")
    make_task("odd", runs_code=True, python_code=True, directory="/srv/tasks")
    assert evaluation_plan(user=owner, request=ask("oak", tasks=["odd"])).count("run") == 1


def spoil_none(folder):
    (folder / "model.safetensors").unlink()


def spoil_pickle(folder):
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_bytes(b"\x80\x04.")


def spoil_corrupt(folder):
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes()[:100])


@pytest.mark.parametrize(
    ("spoil", "why"), [(spoil_none, "no weights"), (spoil_pickle, "safetensors"), (spoil_corrupt, "corrupt")]
)
def test_a_checkpoint_that_cannot_be_loaded_is_refused_with_the_reason(owner, runnable, ask, tmp_path, spoil, why):
    runnable("oak")
    spoil(tmp_path / "oak")
    make_task("agreement")
    planned = evaluation_plan(user=owner, request=ask("oak", tasks=["agreement"])).cells[0]
    assert (planned.verdict, planned.field) == ("refused", "models")
    assert why in planned.reason
    assert str(tmp_path) not in planned.reason


@pytest.mark.parametrize("path", ["../secret", "/etc", "link"])
def test_a_checkpoint_outside_the_checkpoint_directories_is_refused(owner, settings, tmp_path, ask, path):
    settings.HUB_CHECKPOINT_DIRS = [tmp_path / "inside"]
    (tmp_path / "inside").mkdir()
    (tmp_path / "secret").mkdir()
    (tmp_path / "inside" / "link").symlink_to(tmp_path / "secret")
    make_checkpoint(make_card("oak"), path=path)
    make_task("agreement")
    planned = evaluation_plan(user=owner, request=ask("oak", tasks=["agreement"])).cells[0]
    assert planned.verdict == "refused"
    assert "outside the checkpoint directories" in planned.reason


def test_a_card_without_checkpoint_is_refused(owner, ask):
    make_card("oak"), make_task("agreement")
    planned = evaluation_plan(user=owner, request=ask("oak", tasks=["agreement"])).cells[0]
    assert (planned.verdict, planned.checkpoint) == ("refused", None)
    assert "No checkpoint here" in planned.reason


def test_weights_in_a_repository_run_only_where_downloads_are_allowed(owner, ask, settings):
    make_checkpoint(make_card("oak"), path="", repo_id="org/oak")
    make_task("agreement")
    request = ask("oak", tasks=["agreement"])
    assert evaluation_plan(user=owner, request=request).count("refused") == 1
    settings.HUB_ALLOW_DOWNLOADS = True
    assert evaluation_plan(user=owner, request=request).count("run") == 1


def test_unknown_names_are_told_by_field_and_all_at_once(owner, runnable, ask):
    runnable("oak")
    make_task("agreement")
    with pytest.raises(RequestError) as error:
        evaluation_plan(user=owner, request=ask("oak@v9", "nobody", tasks=["agreemint", "agreement"]))
    assert set(error.value.errors) == {"models", "tasks"}
    assert "main" in error.value.errors["models"][0]
    assert "nobody" in error.value.errors["models"][1]
    assert "agreemint" in error.value.errors["tasks"][0]


def test_a_restricted_model_is_unknown_to_a_stranger(owner, teammate, stranger, runnable, ask):
    card = runnable("oak", visibility=Visibility.RESTRICTED, owner=owner).card
    card.readers.add(teammate)
    make_task("agreement")
    request = ask("oak", tasks=["agreement"])
    assert evaluation_plan(user=owner, request=request).count("run") == 1
    assert evaluation_plan(user=teammate, request=request).count("run") == 1
    with pytest.raises(RequestError, match="no model"):
        evaluation_plan(user=stranger, request=request)


def test_too_many_cells_are_an_error_and_not_a_flood(owner, runnable, ask, monkeypatch):
    monkeypatch.setattr("evaluation.actions.plan.MAX_CELLS", 3)
    runnable("oak")
    make_task("a"), make_task("b")
    with pytest.raises(RequestError, match="4 cells"):
        evaluation_plan(user=owner, request=ask("oak", tasks=["a", "b"], num_fewshot=[0, 5]))


def test_the_estimate_uses_past_cells_of_the_same_checkpoint(owner, runnable, ask):
    from datetime import timedelta

    from django.utils import timezone

    checkpoint, now = runnable("oak"), timezone.now()
    make_cell(
        checkpoint,
        make_task("old"),
        state="done",
        documents_done=100,
        started_at=now - timedelta(seconds=10),
        ended_at=now,
    )
    make_task("new", documents=300)
    plan = evaluation_plan(user=owner, request=ask("oak", tasks=["new"]))
    assert plan.seconds == pytest.approx(30, rel=0.01)
    assert evaluation_plan(user=owner, request=ask("oak", tasks=["new"], limit=100)).seconds == pytest.approx(
        10, rel=0.01
    )


def test_without_a_past_the_estimate_is_unknown_or_the_devices_speed(owner, runnable, ask):
    runnable("oak")
    task = make_task("new", documents=300)
    request = ask("oak", tasks=["new"])
    assert evaluation_plan(user=owner, request=request).seconds is None
    make_device(speed={"multiple_choice": 100}, tasks=[task])
    plan = evaluation_plan(user=owner, request=request)
    assert (plan.seconds, plan.devices, plan.nodes) == (3, 1, 1)


def test_devices_too_small_for_the_model_do_not_count(owner, runnable, ask):
    runnable("oak", parameters=1000)
    make_device(memory=1, tasks=[make_task("new")])
    plan = evaluation_plan(user=owner, request=ask("oak", tasks=["new"]))
    assert (plan.devices, plan.nodes, plan.waiting) == (0, 0, 1)
    assert "no device that is up has that" in plan.cells[0].waits


def test_a_cell_says_what_it_would_wait_for(owner, runnable, ask):
    runnable("oak")
    near, far = make_task("near"), make_task("far")
    request = ask("oak", tasks=["near", "far"])
    assert "No device is up" in evaluation_plan(user=owner, request=request).cells[0].waits
    node = make_device(tasks=[near]).node
    make_device(node, "cuda:0")
    plan = evaluation_plan(user=owner, request=request)
    assert (plan.cells[0].waits, plan.devices, plan.nodes) == ("", 2, 1)
    assert "the task's data" in plan.cells[1].waits
    make_device(tasks=[far])
    assert evaluation_plan(user=owner, request=request).nodes == 2


def test_each_seed_is_a_cell_of_its_own_and_found_again(owner, runnable, ask):
    checkpoint, task = runnable("oak"), make_task("agreement")
    one = ask("oak", tasks=["agreement"], seed=7)
    done = standing(checkpoint, task, one, state="done")
    plan = evaluation_plan(user=owner, request=ask("oak", tasks=["agreement"], seed=[7, 8], num_fewshot=[0, 5]))
    assert [(c.asked_fewshot, c.seed, c.verdict) for c in plan.cells] == [
        (0, 7, "reuse"),
        (0, 8, "run"),
        (5, 7, "run"),
        (5, 8, "run"),
    ]
    assert plan.cells[0].cell == done


def test_a_cell_that_failed_says_with_what_before_it_runs_again(owner, runnable, ask):
    checkpoint, task, request = runnable("oak"), make_task("agreement"), ask("oak", tasks=["agreement"])
    standing(checkpoint, task, request, state="failed", reason="The repository is gated.")
    assert "The repository is gated." in evaluation_plan(user=owner, request=request).cells[0].reason


def test_a_chat_template_is_refused_where_the_tokenizer_has_none(owner, runnable, ask):
    runnable("oak")
    make_task("agreement")
    plan = evaluation_plan(user=owner, request=ask("oak", tasks=["agreement"], chat_template=True))
    assert (plan.cells[0].verdict, plan.cells[0].field) == ("refused", "models")
    assert "its tokenizer has none" in plan.cells[0].reason


def test_a_local_task_that_changed_under_its_name_is_measured_again(owner, runnable, ask):
    checkpoint, task, request = (
        runnable("oak"),
        make_task("agreement", content="a" * 64),
        ask("oak", tasks=["agreement"]),
    )
    old = standing(checkpoint, task, request, state="done", task_content="a" * 64)
    assert evaluation_plan(user=owner, request=request).cells[0].cell == old
    Task.objects.update(content="b" * 64)
    planned = evaluation_plan(user=owner, request=request).cells[0]
    assert (planned.verdict, planned.generation) == ("run", 1)
    assert "has changed since" in planned.reason


def test_a_group_that_alters_its_parts_is_refused_with_what_it_alters(owner, runnable, ask):
    runnable("oak")
    make_task("a")
    make_task("openllm", kind="group", members=["a"], altered=["fewshot_split", "num_fewshot"])
    with pytest.raises(RequestError, match="fewshot_split, num_fewshot"):
        evaluation_plan(user=owner, request=ask("oak", tasks=["openllm"]))


def test_weights_that_are_elsewhere_are_refused_as_such(owner, ask):
    make_checkpoint(make_card("oak"), path="")
    make_task("agreement")
    assert "elsewhere" in evaluation_plan(user=owner, request=ask("oak", tasks=["agreement"])).cells[0].reason


def test_devices_of_one_node_count_together(owner, runnable, ask):
    runnable("oak")
    task, request = make_task("agreement"), ask("oak", tasks=["agreement"])
    need = evaluation_plan(user=owner, request=request).cells[0].memory_need
    node = make_device(name="cuda:0", memory=need // 2 + 1, tasks=[task]).node
    assert evaluation_plan(user=owner, request=request).devices == 0
    make_device(node, "cuda:1", memory=need // 2 + 1)
    assert evaluation_plan(user=owner, request=request).devices == 2


def test_every_cell_tells_how_many_nodes_could_take_it_and_what_it_lacks(owner, runnable, ask):
    runnable("oak"), runnable("yew", parameters=10**8)
    here = make_task("here")
    make_task("nowhere")
    make_device(memory=2**29, tasks=[here]), make_device(memory=2**29, tasks=[here])
    plan = evaluation_plan(user=owner, request=ask("oak", "yew", tasks=["here", "nowhere"]))
    assert [(cell.model, cell.task.name, cell.nodes, cell.lacks) for cell in plan.cells] == [
        ("oak", "here", 2, ""),
        ("oak", "nowhere", 0, "no such node has the data"),
        ("yew", "here", 0, "no node is large enough"),
        ("yew", "nowhere", 0, "no node is large enough"),
    ]
    assert (plan.nodes, plan.waiting, plan.count("run")) == (2, 3, 4)


def test_a_time_that_is_scaled_from_another_model_says_so(owner, runnable, ask):
    from datetime import timedelta

    from django.utils import timezone

    oak, elm, now, task = runnable("oak"), runnable("elm"), timezone.now(), make_task("new", documents=300)
    ModelCard.objects.filter(pk=elm.card_id).update(parameters=4 * oak.card.parameters)
    times = {"documents_done": 100, "started_at": now - timedelta(seconds=10), "ended_at": now}
    make_cell(oak, make_task("old"), state="done", **times)
    make_device(tasks=[task])
    plans = [evaluation_plan(user=owner, request=ask(name, tasks=["new"])) for name in ("oak", "elm")]
    assert [(round(plan.seconds), plan.by_others) for plan in plans] == [(30, False), (120, True)]
