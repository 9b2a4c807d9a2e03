"""Odd questions (what is no text, JSON without end, a method that is not taken) get a clear answer."""

import pytest

from hub.middleware.text import PlainText
from tests.factories import make_task

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("query", ["search=%00", "search=agree%00ment", "search=agree%0%000ment"])
def test_a_nul_is_left_out_of_the_question(rf, query):
    seen = []
    PlainText(lambda request: seen.append(request.GET["search"]))(rf.get(f"/tasks/?{query}"))
    assert "\0" not in seen[0]


def test_pages_and_api_find_what_was_meant(client):
    make_task("agreement")
    assert client.get("/api/v1/tasks?search=agree%00ment").json()["count"] == 1
    assert "agreement" in client.get("/tasks/?search=agree%00ment").content.decode()


@pytest.mark.parametrize("path", ["/tasks/a%00b/", "/models/a%00b/", "/api/v1/models/a%00b"])
def test_an_address_with_a_nul_is_of_nothing(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("models", ["oak\0"]),
        ("tasks", ["\ud800"]),
        ("note", "\ud800"),
        ("system_instruction", "\udfff"),
        ("generation_kwargs", {"until": ["\0"]}),
        ("generation_kwargs", {"\ud800": 1}),
    ],
)
def test_a_request_that_holds_no_text_is_told_by_field(signed_in, owner, field, value):
    body = {"models": ["oak"], "tasks": ["agreement"]} | {field: value}
    answer = signed_in(owner).post("/api/v1/evaluations", body, content_type="application/json")
    assert answer.status_code == 422
    assert "no text" in answer.json()["errors"][field][0]


@pytest.mark.parametrize("deep", ["[" * 50_000, '{"generation_kwargs":' * 50_000])
def test_json_that_is_nested_without_end_is_told(signed_in, owner, deep):
    browser = signed_in(owner)
    answer = browser.post("/api/v1/evaluations", deep, content_type="application/json")
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")
    form = {"models": "oak", "tasks": "agreement", "generation_kwargs": deep}
    assert browser.post("/evaluations/new/", form).status_code == 422


def test_settings_of_generation_are_not_nested_deeply(signed_in, owner):
    kwargs: dict[str, object] = {}
    for _ in range(25):
        kwargs = {"a": kwargs}
    body = {"models": ["oak"], "tasks": ["agreement"], "generation_kwargs": kwargs}
    answer = signed_in(owner).post("/api/v1/evaluations", body, content_type="application/json")
    assert "20 levels" in answer.json()["errors"]["generation_kwargs"][0]


def test_a_method_that_is_not_taken_is_a_problem_document(client):
    answer = client.put("/api/v1/evaluations")
    assert (answer.status_code, answer.headers["Content-Type"]) == (405, "application/problem+json")
    assert "POST" in answer.headers["Allow"]
    assert "PUT" in answer.json()["detail"]
