"""The page of samples side by side: which documents it shows, how, and what it says where it shows none."""

import io
import json
import math
import re

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from evaluation.models import PromptSet, SampleSet
from evaluation.outcomes.kept import KEPT
from tests.evaluation.outcomes.files import make_outcome, make_prompt
from tests.evaluation.sidebyside.rows import make_side
from tests.factories import make_benchmark, make_card, make_task, make_user

pytestmark = pytest.mark.django_db
OAK, ELM = [1, 1, 0, 0, 1, 0], [1, 0, 1, 0, 0, 0]


@pytest.fixture(autouse=True)
def nothing_kept():
    KEPT.clear()


@pytest.fixture
def pair():
    """Two models on a task of six documents: both right 0, oak alone 1 and 4, elm alone 2, both wrong 3 and 5."""
    task = make_task("trees")
    return [make_side(make_card(name), task, right) for name, right in (("Oak", OAK), ("Elm", ELM))]


def page(client, models="oak,elm", task="trees", **words):
    return client.get("/compare/samples/", {"models": models, "task": task, **words})


def numbers(answer):
    return [one.number for one in answer.context["documents"]]


def trouble(answer):
    assert answer.status_code == 200
    return answer.context["look"].trouble


def test_each_document_has_every_models_answer_and_its_probability_of_each_choice(client, pair):
    answer = page(client, document="d1")
    (document,) = answer.context["documents"]
    first, second = document.choices
    surer = math.exp(-1) / (math.exp(-1) + math.exp(-2))
    assert (first.text, first.target, second.text, second.target) == ("yes", True, "no", False)
    assert [one.share for one in first.weighed] == [pytest.approx(surer), pytest.approx(1 - surer)]
    assert [one.chosen for one in first.weighed] == [True, False]
    assert [one.verdict for one in document.answers] == ["right", "wrong"]
    assert document.points == 46
    text = answer.content.decode()
    assert "73 %" in text
    assert "Q: d1\nA:" in text


def test_documents_are_found_by_who_is_right_and_who_is_wrong(client, pair):
    assert numbers(page(client)) == [0, 1, 2, 3, 4, 5]
    assert numbers(page(client, right="oak", wrong="elm")) == [1, 4]
    assert numbers(page(client, right="elm", wrong="oak")) == [2]
    assert numbers(page(client, right="all")) == [0]
    assert numbers(page(client, wrong="all")) == [3, 5]
    assert numbers(page(client, show="parted")) == [1, 2, 4]
    assert numbers(page(client, right="nobody")) == [0, 1, 2, 3, 4, 5]


def test_the_table_of_parting_counts_each_pair_and_leads_to_its_documents(client, pair):
    answer = page(client)
    (oak, (_same, against_elm)), (elm, (against_oak, _self)) = answer.context["parting"]
    assert (oak.name, against_elm.count, elm.name, against_oak.count) == ("Oak", 2, "Elm", 1)
    assert numbers(client.get("/compare/samples/" + against_elm.query)) == [1, 4]
    assert [one["count"] for one in answer.context["views"]] == [6, 3, 1, 2]


def test_the_largest_disagreement_comes_first(client):
    task = make_task("trees")
    likely = [[-1.0, -1.0], [-1.0, -9.0], [-1.0, -3.0]]
    rows = [make_outcome(number, acc=1) | {"loglikelihoods": one} for number, one in enumerate(likely)]
    make_side(make_card("Oak"), task, outcomes=rows, prompts=[make_prompt(number) for number in range(3)])
    make_side(make_card("Elm"), task, [0, 0, 0])
    assert numbers(page(client, sort="disagreement")) == [1, 2, 0]
    assert numbers(page(client)) == [0, 1, 2]


def test_the_search_reads_documents_and_what_models_wrote_in_any_case(client):
    task = make_task("trees")
    prompts = [make_prompt(0, 'Söme "tree"'), make_prompt(1, "bush"), make_prompt(2, "herb")]
    wrote = ["an oak", "a Rose", "a fern"]
    for name in ("Oak", "Elm"):
        rows = [
            make_outcome(number, prompts[number]["doc_hash"], acc=1)
            | {"loglikelihoods": [], "greedy": [], "generated": [text if name == "Elm" else "nothing"]}
            for number, text in enumerate(wrote)
        ]
        make_side(make_card(name), task, prompts=prompts, outcomes=rows)
    assert numbers(page(client, search='SÖME "tree')) == [0]
    assert numbers(page(client, search="rose")) == [1]
    assert numbers(page(client, search="palm")) == []
    assert "No document like this" in page(client, search="palm").content.decode()


def test_pages_are_turned_and_a_page_too_far_is_the_last(client):
    task = make_task("trees")
    for name in ("Oak", "Elm"):
        make_side(make_card(name), task, [1] * 23)
    assert numbers(page(client, page="2")) == list(range(10, 20))
    assert numbers(page(client, page="99")) == [20, 21, 22]
    assert numbers(page(client, page="-3")) == list(range(10))
    assert 'rel="next"' in page(client).content.decode()


def test_a_prompt_is_told_once_with_its_shots_and_the_question_alone_above(client):
    task = make_task("trees")
    sent = "Q: a shot\nA: yes\n\nQ: which tree is it?\nA:"
    prompts = [make_prompt(0) | {"document": json.dumps({"q": "which tree is it?"}), "prompt": sent}]
    for name in ("Oak", "Elm"):
        make_side(make_card(name), task, [1], prompts=prompts, num_fewshot=1)
    (document,) = page(client).context["documents"]
    assert document.question == "Q: which tree is it?\nA:"
    assert [one.text for one in document.prompts] == [sent]
    assert document.prompts[0].names == "Oak, Elm"


def test_other_prompts_are_said_and_shown_for_each_model(client):
    task = make_task("trees")
    make_side(make_card("Oak"), task, [1], key="one")
    make_side(make_card("Elm"), task, [1], key="other", prompts=[{**make_prompt(0), "prompt": "Another: d0"}])
    answer = page(client)
    assert [one.names for one in answer.context["documents"][0].prompts] == ["Oak", "Elm"]
    assert "Not measured alike." in answer.content.decode()


def test_documents_that_not_all_have_are_left_out_and_counted(client):
    task = make_task("trees")
    make_side(make_card("Oak"), task, [1, 0, 1])
    make_side(make_card("Elm"), task, [1])
    answer = page(client)
    assert numbers(answer) == [0]
    assert "Oak answered 2 documents that not all others have" in answer.content.decode()


def test_the_shots_of_most_models_are_shown_where_none_are_asked_for(client, pair):
    task = pair[0].task
    ash = make_card("Ash")
    make_side(ash, task, OAK, num_fewshot=5)
    answer = page(client, "oak,elm,ash")
    assert answer.context["look"].shots == 0
    assert "<b>Ash</b> has no samples of this task at these shots." in answer.content.decode()
    assert trouble(page(client, "oak,elm,ash", shots="5")) == "few"


def test_of_several_cells_the_one_that_is_comparable_with_the_others_is_shown(client, pair):
    card = pair[0].checkpoint.card
    make_side(card, pair[0].task, [0] * 6, key="else", settings={"seed": 7})
    assert numbers(page(client, right="oak", wrong="elm")) == [1, 4]
    assert page(client).context["look"].comparable


def test_bad_input_is_answered_by_a_clear_page(client, pair):
    make_card("Ash")
    assert trouble(client.get("/compare/samples/")) == "models"
    assert trouble(page(client, "oak")) == "models"
    assert trouble(page(client, "oak,oak")) == "models"
    assert trouble(page(client, "oak,nobody")) == "models"
    assert trouble(page(client, "oak,elm", task="")) == "choose"
    assert trouble(page(client, "oak,elm", task="nothing\0here")) == "task"
    assert trouble(page(client, "oak,ash")) == "nothing"
    assert trouble(page(client, "oak,elm", shots="3")) == "few"
    assert trouble(page(client, "oak,elm,nobody", page="x", filter="y", metric="z", right="a,b", document="")) == ""
    many = ",".join(["oak", "elm", *(make_card(f"Tree {number}").slug for number in range(9))])
    assert "At most eight models" in page(client, many).content.decode()


def test_disjoint_documents_and_lost_files_are_said(client):
    task = make_task("trees")
    make_side(make_card("Oak"), task, [1], prompts=[make_prompt(0, "a")])
    elm = make_side(make_card("Elm"), task, [1], prompts=[make_prompt(0, "b")])
    assert trouble(page(client)) == "disjoint"
    default_storage.delete(SampleSet.objects.get(cell=elm).file)
    KEPT.clear()
    assert trouble(page(client)) == "lost"


def test_a_file_that_holds_something_else_is_said_to_be_lost(client, pair):
    table = pq.read_table(io.BytesIO(default_storage.open(SampleSet.objects.get(cell=pair[1]).file).read()))
    sink = io.BytesIO()
    pq.write_table(table.drop_columns(["doc_hash", "generated"]), sink)
    name = default_storage.save("odd.parquet", ContentFile(sink.getvalue()))
    SampleSet.objects.filter(cell=pair[1]).update(file=name)
    assert trouble(page(client)) == "lost"


def test_answers_stay_readable_where_the_prompts_are_lost(client, pair):
    for prompts in PromptSet.objects.all():
        default_storage.delete(prompts.file)
    answer = page(client, right="oak", wrong="elm")
    assert numbers(answer) == [1, 4]
    assert "The prompts of this document are not in the storage" in answer.content.decode()
    assert trouble(page(client, search="tree")) == "lost"


def test_removed_samples_are_no_samples(client, pair):
    from django.utils import timezone

    SampleSet.objects.filter(cell=pair[1]).update(removed_at=timezone.now())
    assert trouble(page(client)) == "nothing"


def test_values_that_are_no_number_are_neither_right_nor_wrong(client):
    task = make_task("trees")
    make_side(make_card("Oak"), task, [math.nan, 1, None])
    make_side(make_card("Elm"), task, [1, 0, 0])
    answer = page(client, sort="disagreement")
    assert numbers(page(client, show="parted")) == [1]
    assert "nan" not in answer.content.decode().lower().replace("nano", "")
    assert {one.number: one.answers[0].verdict for one in answer.context["documents"]} == {0: "", 1: "right", 2: ""}


def test_a_hidden_model_is_answered_as_one_that_does_not_exist(client, pair):
    card = pair[1].checkpoint.card
    card.visibility = "internal"
    card.save()
    answer = page(client)
    assert trouble(answer) == "models"
    assert "Elm" not in answer.content.decode()


def test_documents_that_ask_not_to_be_published_are_for_people_signed_in(client, pair):
    make_benchmark("trees", show_samples=False)
    answer = page(client)
    assert trouble(answer) == "sign-in"
    assert "Q: d1" not in answer.content.decode()
    client.force_login(make_user())
    assert numbers(page(client)) == [0, 1, 2, 3, 4, 5]
    assert "asks that its documents are not published" in page(client).content.decode()


def test_a_group_that_asks_not_to_be_published_keeps_back_the_documents_of_its_tasks(client, pair):
    make_task("woods", kind="group", members=["glade"])
    make_task("glade", kind="group", members=["trees"])
    make_benchmark("woods", show_samples=False)
    assert trouble(page(client)) == "sign-in"
    client.force_login(make_user())
    assert numbers(page(client)) == [0, 1, 2, 3, 4, 5]
    assert page(client).context["exports"] == []


def test_the_number_of_queries_does_not_grow_with_models_or_documents(client, django_assert_max_num_queries):
    task = make_task("trees")
    names = [f"Tree {number}" for number in range(8)]
    for name in names:
        make_side(make_card(name), task, [1] * 12)
    models = ",".join(name.lower().replace(" ", "-") for name in names)
    page(client, models)
    with django_assert_max_num_queries(18):
        assert len(numbers(page(client, models))) == 10


def test_what_is_found_is_taken_away_as_a_table(client, pair):
    answer = page(client, right="oak", wrong="elm", format="csv")
    first, second, *rest = answer.content.decode("utf-8-sig").splitlines()
    assert first.startswith("number,hash,question,target,disagreement,oak acc,oak probability,oak answer,elm acc")
    assert second.startswith("1,d1,")
    assert len([line for line in (second, *rest) if re.match(r"\d,d\d,", line)]) == 2
    assert "Q: d1" in page(client, format="markdown", document="d1").content.decode()
    assert page(client, format="xls").status_code == 422


def test_documents_that_ask_not_to_be_published_are_in_no_file(client, pair):
    make_benchmark("trees", show_samples=False)
    client.force_login(make_user())
    answer = page(client, format="csv")
    assert (answer.status_code, answer["Content-Type"]) == (422, "text/html; charset=utf-8")
    assert answer.context["exports"] == []
    assert "Export" not in answer.content.decode()


def test_a_program_sees_by_the_status_that_there_is_no_file(client, pair):
    for asked in ({"task": "another"}, {"models": "oak"}, {"shots": "3"}):
        assert page(client, **{"format": "csv", **asked}).status_code == 422


def test_a_file_ends_at_its_largest_and_says_so(client, pair, monkeypatch):
    monkeypatch.setattr("evaluation.sidebyside.sheet.MOST", 4)
    told = page(client, format="json").json()
    assert [row["number"] for row in told["rows"]] == [0, 1, 2, 3]
    assert any("first 4 of 6" in note for note in told["notes"])


def test_a_file_without_its_columns_and_prompts_that_lack_documents_are_no_exception(client):
    task = make_task("trees")
    make_side(make_card("Oak"), task, [1, 0], prompts=[make_prompt(0)])
    elm = make_side(make_card("Elm"), task, [1, 1], prompts=[make_prompt(0)])
    answer = page(client, sort="disagreement")
    assert numbers(answer) == [1, 0]
    assert not answer.context["documents"][0].known
    assert trouble(page(client, search="d0")) == "lost"
    KEPT.clear()
    with default_storage.open(SampleSet.objects.get(cell=elm).file, "wb") as file:
        pq.write_table(pa.table({"doc_id": [0, 1], "filter": ["none", "none"]}), file)
    assert trouble(page(client)) == "lost"
