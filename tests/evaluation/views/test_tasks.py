"""The list of tasks, and one task with the scores of all models."""

import pytest

from evaluation.core.request import settings_key
from evaluation.models import Benchmark, Node, Score
from tests.evaluation.sidebyside.rows import make_side
from tests.factories import make_card, make_cell, make_checkpoint, make_imported, make_score, make_task

pytestmark = pytest.mark.django_db
URL = "/tasks/"


def names(answer):
    return [task.name for task, _reason in answer.context["rows"]]


def test_without_tasks_it_says_how_they_come(client):
    assert "manage.py sync_tasks" in client.get(URL).content.decode()


def test_shipped_tasks_come_first_then_the_best_name(client):
    make_task("zebra_arc", shipped=False)
    make_task("arc_easy", shipped=False)
    make_task("arc", shipped=False)
    make_task("sapling_arc", shipped=True)
    assert names(client.get(URL, {"search": "arc"})) == ["sapling_arc", "arc", "arc_easy", "zebra_arc"]


def test_filters_are_in_the_address(client):
    make_task("one", output_type="generate_until")
    make_task("two", data_reason="no copy")
    make_task("three", kind="group", members=["one"], output_type="")
    make_task("four", runs_code=True)
    assert names(client.get(URL, {"output_type": "generate_until"})) == ["one"]
    assert names(client.get(URL, {"kind": "group"})) == ["three"]
    assert names(client.get(URL, {"ready": "1"})) == ["one", "three"]
    assert "No task like this" in client.get(URL, {"search": "x y z"}).content.decode()


def test_each_says_where_its_data_is_or_why_not(client):
    here = make_task("here")
    here.nodes.add(Node.objects.create(name="node-7"))
    make_task("away", data_reason="no copy in the cache")
    make_task("danger", runs_code=True)
    page = client.get(URL).content.decode()
    assert "data on node-7" in page
    assert "no copy in the cache" in page
    assert "HUB_ALLOW_GENERATED_CODE" in page


def test_long_lists_are_turned_by_address_in_few_queries(client, django_assert_max_num_queries):
    for number in range(60):
        make_task(f"t{number:02}")
    with django_assert_max_num_queries(8):
        assert len(names(client.get(URL))) == 50
    assert names(client.get(URL, {"page": "2"}))[0] == "t50"


def test_the_script_gets_the_list_alone(client, part):
    make_task("one")
    page = client.get(URL, **part("task-list")).content.decode()
    assert "<html" not in page
    assert "one" in page


def test_a_task_shows_what_it_is_and_leads_to_the_queue(client):
    make_task("arc", dataset="allenai/ai2_arc", version="1.0", fixed_fewshot=0)
    page = client.get(URL + "arc/").content.decode()
    assert "allenai/ai2_arc" in page
    assert "fixed to 0" in page
    assert "/evaluations/new/?tasks=arc" in page


def test_a_task_that_cannot_run_says_why_and_offers_no_queue(client):
    make_task("away", data_reason="no copy in the cache")
    page = client.get(URL + "away/").content.decode()
    assert "no copy in the cache" in page
    assert "/evaluations/new/" not in page


def test_an_unknown_task_is_not_found(client):
    assert client.get(URL + "nothing/").status_code == 404


def test_a_group_lists_its_parts(client):
    make_task("mmlu", kind="group", members=["mmlu_law", "mmlu_math"])
    page = client.get(URL + "mmlu/").content.decode()
    assert "/tasks/mmlu_law/" in page


def measured(name, task, shots, value, key="same", **settings):
    checkpoint = make_checkpoint(make_card(name)) if isinstance(name, str) else name
    cell = make_cell(checkpoint, task, "done", num_fewshot=shots, settings=settings)
    make_score(cell, "acc", value, comparable_key=key)
    return cell


def test_scores_stand_by_model_and_shots(client):
    task = make_task("arc")
    oak = make_checkpoint(make_card("Oak"))
    measured(oak, task, 0, 0.5)
    measured(oak, task, 5, 0.6)
    measured("Elm", task, 5, 0.7)
    board = client.get(URL + "arc/").context["board"]
    assert board.shots == (0, 5)
    assert [[entry and entry.score.value for entry in row.entries] for row in board.rows] == [[None, 0.7], [0.5, 0.6]]


def test_a_limited_score_is_marked_and_yields_to_a_whole_one(client):
    task = make_task("arc")
    oak = make_checkpoint(make_card("Oak"))
    measured(oak, task, 0, 0.9, "limited", limit=10)
    entry = client.get(URL + "arc/").context["board"].rows[0].entries[0]
    assert entry.limited
    measured(oak, task, 0, 0.5)
    entry = client.get(URL + "arc/").context["board"].rows[0].entries[0]
    assert (entry.score.value, entry.limited, entry.others) == (0.5, False, 1)


def test_a_score_of_another_key_is_marked_as_not_comparable(client):
    task = make_task("arc")
    for name, key in (("Oak", "one"), ("Elm", "one"), ("Ash", "two")):
        measured(name, task, 0, 0.5, key)
    answer = client.get(URL + "arc/")
    apart = {row.checkpoint.card.name: row.entries[0].apart for row in answer.context["board"].rows}
    assert apart == {"Ash": True, "Elm": False, "Oak": False}
    assert "not comparable" in answer.content.decode()


def test_only_the_newest_generation_is_shown(client):
    task, oak = make_task("arc"), make_checkpoint(make_card("Oak"))
    old = measured(oak, task, 0, 0.1)
    new = make_cell(oak, task, "done", generation=1, settings_key=settings_key(old.settings))
    make_score(new, "acc", 0.2)
    entry = client.get(URL + "arc/").context["board"].rows[0].entries[0]
    assert (entry.score.value, entry.others) == (0.2, 0)


def test_the_metric_is_chosen_in_the_address_else_the_benchmarks_own(client):
    task = make_task("arc")
    make_score(measured("Oak", task, 0, 0.5), "acc_norm", 0.8)
    Benchmark.objects.create(slug="arc", name="ARC", task_name="arc", primary_metric="acc_norm", chance=0.25)
    answer = client.get(URL + "arc/")
    assert answer.context["board"].chosen == ("acc_norm", "none")
    assert "0.2500" in answer.content.decode()
    assert client.get(URL + "arc/", {"metric": "acc,none"}).context["board"].chosen == ("acc", "none")
    assert client.get(URL + "arc/", {"metric": "<b>"}).context["board"].chosen == ("acc_norm", "none")


def test_published_scores_stand_apart_with_their_source(client):
    make_task("arc")
    benchmark = Benchmark.objects.create(slug="arc", name="ARC", task_name="arc", primary_metric="acc")
    Score.objects.create(
        card=make_card("Oak"),
        benchmark=benchmark,
        task_name="arc",
        num_fewshot=0,
        metric="acc",
        value=0.33,
        origin="published",
        source="arXiv 2302.13971, table 3",
    )
    answer = client.get(URL + "arc/")
    assert answer.context["board"].rows == ()
    assert "arXiv 2302.13971, table 3" in answer.content.decode()


def test_scores_of_hidden_models_are_left_out(client, signed_in, restricted, stranger, teammate):
    measured(restricted, make_task("arc"), 0, 0.5)
    for browser in (client, signed_in(stranger)):
        answer = browser.get(URL + "arc/")
        assert answer.context["board"].rows == ()
        assert "Secret Oak" not in answer.content.decode()
    assert "Secret Oak" in signed_in(teammate).get(URL + "arc/").content.decode()


def test_what_a_file_of_results_states_is_not_shown_as_measured_here(client):
    task, oak = make_task("arc"), make_checkpoint(make_card("Oak"), revision="step1000")
    measured(oak, task, 0, 0.5)
    make_imported(oak, task, 0.625)
    answer = client.get(URL + "arc/")
    assert [row.entries[0].score.value for row in answer.context["board"].rows] == [0.5]
    assert [score.value for score in answer.context["stated"]] == [0.625]
    page = answer.content.decode()
    assert 'class="origin imported">imported</span>' in page
    assert '<span class="sub">step1000</span></td><td class="num">0</td>' in page


def test_of_many_stated_scores_the_first_are_shown_and_the_rest_counted(client, monkeypatch):
    monkeypatch.setattr("evaluation.views.tasks.STATED_SHOWN", 2)
    task = make_task("arc")
    for name in ("Ash", "Elm", "Oak"):
        make_imported(make_checkpoint(make_card(name)), task)
    page = client.get(URL + "arc/").content.decode()
    assert "Elm" in page
    assert "Oak" not in page
    assert "1 more is on the page of its model." in page


def test_it_tells_what_a_blind_guess_scores_and_by_what_documents_hang_together(client):
    make_task("trees", chance=0.3125, passage_field="story")
    make_task("drop")
    page = client.get(f"{URL}trees/").content.decode()
    assert "0.312" in page
    assert "counted from the choices of its documents" in page
    assert "story" in page
    assert client.get(f"{URL}drop/").context["passage_field"] == "passage"
    assert "counted from" not in client.get(f"{URL}drop/").content.decode()


def test_models_with_samples_stand_side_by_side_at_the_shots_of_most_of_them(client):
    task = make_task("trees")
    oak, elm, ash = (make_card(name) for name in ("Oak", "Elm", "Ash"))
    make_side(oak, task, [1, 0])
    assert client.get(f"{URL}trees/").context["side_by_side"] == ""
    make_side(oak, task, [1, 0], num_fewshot=5)
    make_side(elm, task, [1, 0], num_fewshot=5)
    make_cell(make_checkpoint(ash), task, "done")
    address = client.get(f"{URL}trees/").context["side_by_side"]
    assert address == "/compare/samples/?models=elm,oak&task=trees&shots=5"
    assert client.get(address).context["look"].trouble == ""
