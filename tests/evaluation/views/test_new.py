"""The form of a new evaluation: prepared by its address, previewed, then queued."""

import re

import pytest
from django.http import QueryDict
from django.urls import reverse

from evaluation.forms import Draft
from evaluation.models import Cell, Evaluation
from tests.factories import make_card, make_cell, make_device, make_task

pytestmark = pytest.mark.django_db
URL = "/evaluations/new/"


def asked(**fields):
    return {"models": "oak", "tasks": "agreement", "num_fewshot": "0", **fields}


def test_an_address_prepares_the_form(client, runnable):
    runnable("oak")
    make_task("agreement")
    page = client.get(URL, asked(num_fewshot="0,3", limit="20", note="small")).content.decode()
    assert 'name="models" value="oak" checked' in page
    assert 'name="tasks" value="agreement" checked' in page
    assert 'name="num_fewshot" value="0" checked' in page
    assert 'id="other-shots" name="num_fewshot" value="3"' in page
    assert 'name="limit" value="20"' in page
    assert 'value="small"' in page


def test_without_a_choice_it_asks_for_one(client, db):
    page = client.get(URL).content.decode()
    assert "Choose models and tasks" in page
    assert 'class="err"' not in page


def test_the_preview_tells_run_reuse_and_refusal_apart(client, runnable):
    oak, birch = runnable("oak"), runnable("birch", family="encoder-only")
    agreement, essay = make_task("agreement"), make_task("essay", output_type="generate_until")
    make_device(tasks=[essay])
    make_cell(oak, agreement, "done")
    context = client.get(URL, {"models": "oak,birch", "tasks": "agreement,essay", "num_fewshot": "0"}).context
    preview = context["preview"]
    assert (preview.runs, preview.reused, preview.refused) == (2, 1, 1)
    assert "has the task's data" in preview.reasons[1].text
    assert [[square.state for square in row.squares] for row in preview.matrix.rows] == [
        ["reuse", "run"],
        ["wait", "refused"],
    ]
    assert "does not write text" in preview.reasons[0].text
    assert birch.card.slug in preview.matrix.rows[1].squares[1].title
    assert preview.documents == agreement.documents + essay.documents


def test_the_preview_counts_the_devices_that_could_take_it(client, runnable):
    runnable("oak")
    task = make_task("agreement")
    assert "No device is up" in client.get(URL, asked()).content.decode()
    make_device(tasks=[task])
    assert "1 device can take it" in client.get(URL, asked()).content.decode()


def test_a_model_without_weights_is_offered_as_refused(client, db):
    make_card("Far Away")
    page = client.get(URL, {"model_search": "far"}).content.decode()
    assert 'value="far-away" disabled' in page
    assert "no checkpoint here" in page


def test_models_that_can_be_run_are_offered_before_those_with_spoiled_weights(client, runnable, tmp_path):
    runnable("acer"), runnable("oak")
    (tmp_path / "acer" / "model.safetensors").unlink()
    offered = client.get(URL).context["models"].found
    assert [(choice.value, bool(choice.reason)) for choice in offered] == [("oak", False), ("acer", True)]


def test_a_task_without_data_is_offered_with_the_reason(client, db):
    make_task("hellaswag", shipped=False, data_reason="no copy in the cache")
    page = client.get(URL, {"task_search": "hella"}).content.decode()
    assert 'value="hellaswag" disabled' in page
    assert "no copy in the cache" in page


def test_shipped_tasks_come_first_and_the_search_finds_any(client, db):
    make_task("aaa", shipped=False)
    make_task("zzz", shipped=True)
    names = [choice.value for choice in client.get(URL).context["tasks"].found]
    assert names == ["zzz", "aaa"]
    names = [choice.value for choice in client.get(URL, {"task_search": "AA"}).context["tasks"].found]
    assert names == ["aaa"]


def test_the_search_never_offers_a_card_that_one_may_not_read(client, restricted, signed_in, teammate, stranger):
    for browser in (client, signed_in(stranger)):
        page = browser.get(URL, {"model_search": "secret"}).content.decode()
        assert "Secret Oak" not in page
    assert "Secret Oak" in signed_in(teammate).get(URL, {"model_search": "secret"}).content.decode()


def test_a_hidden_model_in_the_address_is_as_unknown_as_any(signed_in, stranger, restricted):
    make_task("agreement")
    page = signed_in(stranger).get(URL, asked(models="secret-oak")).content.decode()
    assert "There is no model “secret-oak”" in page
    assert "Secret Oak" not in page


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"num_fewshot": "-1"}, "num_fewshot", "between 0 and"),
        ({"num_fewshot": "many"}, "num_fewshot", "whole number"),
        ({"num_fewshot": ""}, "num_fewshot", "list of shot counts"),
        ({"limit": "0"}, "limit", "between 1 and"),
        ({"limit": "ten"}, "limit", "whole number"),
        ({"seed": "x"}, "seed", "whole number"),
        ({"dtype": "int3"}, "dtype", "one of float32"),
        ({"batch_size": "huge"}, "batch_size", "number from 1"),
        ({"generation_kwargs": "{oops"}, "generation_kwargs", "object such as"),
        ({"tasks": "nonsense"}, "tasks", "There is no task"),
        ({"models": "nobody"}, "models", "There is no model"),
    ],
)
def test_a_mistake_is_told_at_its_field_and_kept(signed_in, owner, runnable, fields, field, said):
    runnable("oak")
    make_task("agreement")
    answer = signed_in(owner).post(URL, asked(**fields))
    assert answer.status_code == 422
    assert any(said in text for text in answer.context["errors"][field])
    page = answer.content.decode()
    assert f'id="err-{field}"' in page
    assert Evaluation.objects.count() == 0
    kept = fields[field]
    assert not kept or kept in page.replace("&quot;", '"')


def test_markup_in_the_address_stays_text(client, db):
    page = client.get(URL, asked(models="<script>alert(1)</script>", note='"><u>')).content.decode()
    assert "<script>alert" not in page
    assert '"><u>' not in page


def test_queueing_goes_to_the_new_evaluation(signed_in, owner, runnable):
    runnable("oak")
    make_task("agreement")
    answer = signed_in(owner).post(URL, asked(num_fewshot=["0", "5"], note="first"))
    evaluation = Evaluation.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == reverse("evaluation:evaluation", args=[evaluation.pk])
    assert (evaluation.note, evaluation.requested_by) == ("first", owner)
    assert sorted(Cell.objects.values_list("num_fewshot", flat=True)) == [0, 5]


@pytest.mark.django_db(transaction=True)
def test_with_redis_down_it_is_queued_and_says_so(signed_in, owner, runnable, monkeypatch):
    runnable("oak")
    make_task("agreement")
    monkeypatch.setattr("evaluation.actions.submit.wake", lambda count=1, runs=(): False)
    answer = signed_in(owner).post(URL, asked(), follow=True)
    assert "starts when Redis is back" in answer.content.decode()
    assert Evaluation.objects.count() == 1


def test_what_is_there_already_is_gathered_and_not_queued(signed_in, owner, runnable):
    oak, agreement = runnable("oak"), make_task("agreement")
    make_cell(oak, agreement, "done")
    answer = signed_in(owner).post(URL, asked(), follow=True)
    assert "nothing new was queued" in answer.content.decode()
    assert Cell.objects.count() == 1


def test_a_request_that_is_refused_whole_says_why(signed_in, owner, runnable):
    runnable("birch", family="encoder-only")
    make_task("essay", output_type="generate_until")
    answer = signed_in(owner).post(URL, asked(models="birch", tasks="essay"))
    assert answer.status_code == 422
    assert "does not write text" in answer.content.decode()
    assert "Nothing to queue</button>" in answer.content.decode()


def test_without_an_account_it_leads_to_sign_in_and_back_to_the_same_form(client, runnable):
    runnable("oak")
    make_task("agreement")
    answer = client.post(URL, asked(num_fewshot="5"))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/?next=/evaluations/new/%3F")
    assert "tasks%3Dagreement" in answer["Location"]
    assert Evaluation.objects.count() == 0
    assert "Sign in to queue" in client.get(URL, asked()).content.decode()


def test_the_script_gets_only_the_form_and_the_short_address(client, runnable, part):
    runnable("oak")
    make_task("agreement")
    answer = client.get(URL, asked(seed="1234", limit="", dtype="float32"), **part("builder"))
    assert answer["HX-Replace-Url"] == "/evaluations/new/?models=oak&tasks=agreement"
    assert answer.content.decode().lstrip().startswith("<form")
    assert "HX-Target" in answer["Vary"]


def test_other_verbs_are_refused(client, db):
    assert client.put(URL).status_code == 405


def test_a_draft_survives_the_way_through_its_address():
    draft = Draft.read(QueryDict("models=a,b&tasks=x&num_fewshot=0&num_fewshot=10%2C3&limit=5&force=on&note=two+words"))
    assert draft.num_fewshot == ("0", "10", "3")
    assert Draft.read(QueryDict(draft.query())) == draft
    assert draft.mapping()["num_fewshot"] == [0, 10, 3]
    assert draft.mapping()["force"] is True
    hidden = QueryDict(mutable=True)
    for name, value in draft.hidden():
        hidden.appendlist(name, value)
    assert Draft.read(hidden) == draft


def test_only_staff_may_put_work_before_that_of_others(signed_in, owner, runnable):
    runnable("oak")
    make_task("agreement")
    answer = signed_in(owner).post(URL, asked(priority="5"))
    assert answer.status_code == 422
    assert "Only an administrator" in answer.context["errors"]["priority"][0]
    assert 'id="f-priority"' not in answer.content.decode()
    owner.is_staff = True
    owner.save()
    assert 'id="f-priority"' in signed_in(owner).get(URL).content.decode()
    assert signed_in(owner).post(URL, asked(priority="5")).status_code == 302
    assert Evaluation.objects.get().priority == 5


def page(client, query):
    """The form as a reader sees it: blanks that do not break are blanks."""
    return client.get(f"{URL}?{query}").content.decode().replace("\N{NO-BREAK SPACE}", " ")


def test_the_matrix_tells_what_a_model_needs_and_how_many_nodes_could_take_it(client, runnable):
    runnable("oak"), runnable("yew", parameters=10**8)
    here, elsewhere = make_task("here"), make_task("elsewhere")
    make_device(memory=2**29, tasks=[here]), make_device(memory=2**29, tasks=[here, elsewhere])
    text = page(client, "models=oak,yew&tasks=here")
    assert re.search(r'title="Needs about [\d.]+ MiB of device memory.">[\d.]+ MiB · 2 nodes</span>', text)
    assert re.search(r'class="sub warns" title="Needs about [\d.]+ MiB of device memory, and no device[^"]*">', text)
    assert "· no node is large enough</span>" in text
    assert "oak, here, 0-shot: would run: 2 nodes could take it" in text
    assert "MiB · 1 to 2 nodes</span>" in page(client, "models=oak&tasks=here,elsewhere")
