"""Making and changing models through the API."""

import json

import pytest
from django.test import Client

from hub.actions import token_create
from hub.models import Scope
from modelcards.models import CardChange, Fact, FormerSlug, ModelCard
from tests.factories import make_card, make_fact, make_lineage, make_user
from tests.modelcards.api.asking import change, is_problem, send

pytestmark = pytest.mark.django_db
OAK = {
    "slug": "oak-7b",
    "name": "Oak 7B",
    "organisation": ["House of Trees", "Grove"],
    "architecture_family": "decoder-only",
    "parameters": "7B",
    "training_tokens": 1_400_000_000_000,
    "release_date": "2023-02",
    "languages": ["en", "zh"],
    "modalities": ["text"],
    "open_weights": True,
    "sources": {"training_tokens": "arXiv:2302.13971"},
    "facts": {"licence": {"value": "Apache 2.0", "source": "its page", "citation": "https://example.org/oak"}},
    "card_text": "# Oak",
}


@pytest.fixture
def editor(db):
    return make_user("editor", is_superuser=True)


@pytest.fixture
def browser(editor, signed_in):
    return signed_in(editor)


@pytest.fixture
def oak(db):
    card = make_card("Oak", parameters=None)
    make_fact(card, "name", "Oak")
    make_fact(card, "parameters", "7B", source="arXiv:1")
    make_fact(card, "licence", "Apache 2.0")
    return card


def test_a_model_is_added_and_then_found_at_its_address(browser, client):
    answer = send(browser, "post", "models", OAK)
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert answer.headers["Location"] == "/api/v1/models/oak-7b"
    assert (made["parameters"], made["training_tokens"], made["release_date"]) == (7 * 10**9, 14 * 10**11, "2023-02")
    assert (made["organisation"], made["languages"], made["modalities"]) == (
        ["Grove", "House of Trees"],
        ["en", "zh"],
        ["text"],
    )
    assert (made["open_weights"], made["card_text"], made["version"]) == (True, "# Oak", 1)
    read = client.get(answer.headers["Location"])
    assert (read.json(), read.headers["ETag"]) == (made, answer.headers["ETag"])
    facts = {fact["field"]: fact for fact in made["facts"]}
    assert facts["training_tokens"]["source"] == "arXiv:2302.13971"
    assert facts["licence"]["citation"] == "https://example.org/oak"
    assert ModelCard.objects.get(slug="oak-7b").owner.username == "editor"


@pytest.mark.parametrize(
    ("more", "status", "field"),
    [
        ({"slug": "Oak 7B"}, 422, "slug"),
        ({"slug": "new"}, 422, "slug"),
        ({"slug": None}, 422, "slug"),
        ({"name": ""}, 422, "name"),
        ({"parameters": "many"}, 422, "parameters"),
        ({"parameters": [1]}, 422, "parameters"),
        ({"parameters": 1e400}, 422, "parameters"),
        ({"modalities": [1]}, 422, "modalities"),
        ({"base_models": ["no-such"], "relation": "finetune"}, 422, "base_models"),
        ({"colour": "green"}, 422, "colour"),
        ({"checkpoints": []}, 422, "checkpoints"),
        ({"sources": {"stage": "x"}}, 422, "stage"),
        ({"sources": "x"}, 422, "sources"),
        ({"facts": {"parameters": {"value": 1}}}, 422, "parameters"),
        ({"facts": {"stage": "base"}}, 422, "stage"),
        ({"facts": {"stage": {"value": "base", "confidence": "sure"}}}, 422, "stage"),
        ({"facts": {"stage": {"value": "base", "source": 1}}}, 422, "stage"),
        ({"visibility": "secret"}, 422, "visibility"),
        ({"readers": ["nobody-here"]}, 422, "readers"),
        ({"readers": "teammate"}, 422, "readers"),
        ({"card_text": 5}, 422, "card_text"),
        ({"card_text": "a\x01b"}, 422, "card_text"),
    ],
)
def test_what_is_wrong_with_a_new_model_is_told_by_field(browser, more, status, field):
    answer = send(browser, "post", "models", {**OAK, **more})
    assert is_problem(answer, status), answer.content
    assert list(answer.json()["errors"]) == [field]
    assert not ModelCard.objects.exists()


def test_an_address_that_is_taken_or_was_is_a_conflict(browser, oak):
    former = {**OAK, "slug": "acorn"}
    FormerSlug.objects.create(slug="acorn", card=oak)
    for body in ({**OAK, "slug": "oak"}, former):
        answer = send(browser, "post", "models", body)
        assert is_problem(answer, 409)
        assert list(answer.json()["errors"]) == ["slug"]


def test_what_is_sent_is_changed_null_takes_back_and_the_rest_stays(browser, oak):
    answer = change(browser, "oak", {"parameters": "6.7B", "licence": None, "sources": {"parameters": "the paper"}})
    assert answer.status_code == 200, answer.content
    made = answer.json()
    assert (made["parameters"], made["licence"], made["name"], made["version"]) == (6_700_000_000, "", "Oak", 2)
    assert answer.headers["ETag"] == browser.get("/api/v1/models/oak").headers["ETag"]
    assert Fact.objects.get(card=oak, field="parameters", chosen=True).source == "the paper"
    noted = CardChange.objects.get(card=oak)
    assert (noted.by, noted.before["licence"], noted.after["parameters"]) == ("editor", "Apache 2.0", "6.7B")


def test_a_whole_fact_can_be_sent_and_taken_back(browser, oak):
    fact = {"value": 13_000_000_000, "source": "its page", "citation": "https://example.org/", "confidence": "checked"}
    assert change(browser, "oak", {"facts": {"parameters": fact}}).json()["parameters"] == 13_000_000_000
    stored = Fact.objects.get(card=oak, field="parameters", chosen=True)
    assert (stored.citation, stored.confidence) == ("https://example.org/", "checked")
    assert change(browser, "oak", {"facts": {"parameters": None}}).json()["parameters"] is None


def test_a_change_that_changes_nothing_leaves_the_tag(browser, oak):
    before = browser.get("/api/v1/models/oak").headers["ETag"]
    assert change(browser, "oak", {"parameters": "7B"}).headers["ETag"] == before
    assert change(browser, "oak", {}).headers["ETag"] == before


def test_a_change_names_the_state_that_it_began_from(browser, oak):
    answer = send(browser, "patch", "models/oak", {"stage": "base"})
    assert is_problem(answer, 428)
    assert "If-Match" in answer.json()["detail"]
    assert is_problem(send(browser, "delete", "models/oak"), 428)
    every = send(browser, "patch", "models/oak", {"stage": "base"}, If_Match="*")
    assert every.status_code == 200


def test_a_stale_change_is_refused_and_told_who_changed_what(browser, oak, signed_in):
    stale = browser.get("/api/v1/models/oak").headers["ETag"]
    other = signed_in(make_user("other", is_superuser=True))
    present = change(other, "oak", {"parameters": "8B", "card_text": "Other"}).headers["ETag"]
    for method, body in (("patch", {"stage": "finetuned"}), ("delete", None)):
        answer = send(browser, method, "models/oak", body, If_Match=stale)
        assert is_problem(answer, 412)
        told = answer.json()
        assert (told["etag"], answer.headers["ETag"]) == (present, present)
        [between] = told["changes"]
        assert between["by"] == "other"
        assert {"parameters", "card_text"} <= set(between["fields"])
    oak.refresh_from_db()
    assert (oak.stage, oak.archived_at) == ("", None)


@pytest.mark.parametrize("etag", ["garbage", '"other"', 'W/"1-0123456789abcdef0123456789abcdef"', '""', "1", "\x7f"])
def test_a_tag_that_was_never_given_out_is_refused(browser, oak, etag):
    assert is_problem(send(browser, "patch", "models/oak", {"stage": "base"}, If_Match=etag), 412)


def test_a_weak_tag_does_for_reading_but_not_for_writing(browser, oak):
    etag = browser.get("/api/v1/models/oak").headers["ETag"]
    assert is_problem(send(browser, "patch", "models/oak", {"stage": "base"}, If_Match=f"W/{etag}"), 412)
    both = send(browser, "patch", "models/oak", {"stage": "base"}, If_Match=f'"other", {etag}')
    assert both.status_code == 200


def test_a_renamed_model_is_led_to_from_its_former_address(browser, client, oak):
    assert change(browser, "oak", {"slug": "oak-tree", "stage": "finetuned"}).json()["slug"] == "oak-tree"
    for path in ("models/oak", "models/oak/lineage?limit=3", "models/oak/history"):
        answer = client.get(f"/api/v1/{path}")
        assert is_problem(answer, 308)
        assert answer.headers["Location"] == f"/api/v1/{path.replace('oak', 'oak-tree')}"
    etag = client.get("/api/v1/models/oak-tree").headers["ETag"]
    moved = send(browser, "patch", "models/oak", {"stage": "base"}, If_Match=etag)
    assert moved.headers["Location"] == "/api/v1/models/oak-tree"


def test_a_former_address_of_a_hidden_model_leads_nowhere(client, owner, signed_in):
    card = make_card("Hidden", visibility="restricted", owner=owner)
    FormerSlug.objects.create(slug="before", card=card)
    assert is_problem(client.get("/api/v1/models/before"), 404)
    assert is_problem(signed_in(owner).get("/api/v1/models/before"), 308)


def test_a_rename_to_a_taken_address_changes_nothing_at_all(browser, oak):
    make_card("Elm")
    answer = change(browser, "oak", {"slug": "elm", "stage": "finetuned"})
    assert is_problem(answer, 409)
    oak.refresh_from_db()
    assert (oak.slug, oak.stage, oak.version) == ("oak", "base", 1)


def test_deleting_archives_and_restoring_brings_back(browser, client, oak):
    etag = browser.get("/api/v1/models/oak").headers["ETag"]
    answer = send(browser, "delete", "models/oak", If_Match=etag)
    assert (answer.status_code, answer.content) == (204, b"")
    assert is_problem(client.get("/api/v1/models/oak"), 404)
    assert ModelCard.objects.get(slug="oak").archived_at
    back = send(browser, "post", "models/oak/restore")
    assert (back.status_code, back.json()["slug"]) == (200, "oak")
    assert client.get("/api/v1/models/oak").status_code == 200
    assert is_problem(send(browser, "post", "models/no-such/restore"), 404)


def test_a_model_in_use_is_not_archived(browser, oak, monkeypatch):
    monkeypatch.setattr("modelcards.registry.archive_guards", [lambda card: "Two runs are under way."])
    etag = browser.get("/api/v1/models/oak").headers["ETag"]
    answer = send(browser, "delete", "models/oak", If_Match=etag)
    assert is_problem(answer, 409)
    assert answer.json()["detail"] == "Two runs are under way."


def test_lineage_refuses_circles(browser, oak):
    elm = make_card("Elm")
    make_lineage(elm, oak)
    make_fact(elm, "base_model", "oak")
    make_fact(elm, "relation", "finetune")
    answer = change(browser, "oak", {"base_models": ["elm"], "relation": "finetune"})
    assert is_problem(answer, 422)
    assert list(answer.json()["errors"]) == ["base_models"]


def test_who_may_read_is_changed_by_who_may_change(browser, oak, teammate, signed_in, client):
    answer = change(browser, "oak", {"visibility": "restricted", "readers": ["teammate"], "owner": "editor"})
    assert answer.json()["visibility"] == "restricted"
    assert is_problem(client.get("/api/v1/models/oak"), 404)
    assert signed_in(teammate).get("/api/v1/models/oak").status_code == 200
    assert change(browser, "oak", {"readers": None}).status_code == 200
    assert is_problem(signed_in(teammate).get("/api/v1/models/oak"), 404)
    oak.refresh_from_db()
    assert oak.owner.username == "editor"


def test_roles_are_held(oak, stranger, signed_in, client):
    etag = client.get("/api/v1/models/oak").headers["ETag"]
    for person, status in ((client, 401), (signed_in(stranger), 403)):
        assert is_problem(send(person, "post", "models", OAK), status)
        # Before names of accounts are looked up, or a reader could learn who has one.
        assert is_problem(send(person, "patch", "models/oak", {"readers": ["teammate"]}, If_Match=etag), status)
        assert is_problem(send(person, "delete", "models/oak", If_Match=etag), status)
        assert is_problem(send(person, "post", "models/oak/restore"), status)
    assert not CardChange.objects.exists()


def test_an_owner_may_change_a_model_that_nobody_else_sees(owner, stranger, signed_in):
    make_fact(make_card("Mine", visibility="restricted", owner=owner), "name", "Mine")
    assert change(signed_in(owner), "mine", {"stage": "finetuned"}).json()["stage"] == "finetuned"
    for method in ("patch", "delete"):
        assert is_problem(send(signed_in(stranger), method, "models/mine", {}, If_Match="*"), 404)


def test_an_archived_model_of_others_is_not_there(oak, owner, stranger, signed_in, browser):
    send(browser, "delete", "models/oak", If_Match="*")
    assert is_problem(send(signed_in(stranger), "post", "models/oak/restore"), 404)


def test_a_token_that_may_only_read_changes_nothing(editor, oak):
    for scope, status in (("read", 403), ("write", 200)):
        _token, secret = token_create(who=None, user=editor, name=scope, scope=Scope(scope), days=None)
        headers = {"Authorization": f"Bearer {secret}", "If_Match": "*"}
        answer = send(Client(), "patch", "models/oak", {"stage": "finetuned"}, **headers)
        assert answer.status_code == status, answer.content


@pytest.mark.parametrize("body", ["{", "[]", '"x"', "", '{"\\ud800": 1}', "[" * 100_000, "\xff", '{"a": NaN'])
@pytest.mark.parametrize("method", ["post", "patch"])
def test_a_body_that_cannot_be_read_is_told(browser, oak, method, body):
    path = "/api/v1/models" if method == "post" else "/api/v1/models/oak"
    answer = getattr(browser, method)(path, body, content_type="application/json", headers={"If-Match": "*"})
    assert is_problem(answer, 400)


@pytest.mark.parametrize("method", ["post", "patch"])
def test_a_field_that_holds_no_text_is_told_by_its_name(browser, oak, method):
    path = "/api/v1/models" if method == "post" else "/api/v1/models/oak"
    body = '{"name": "Oak", "stage": "a\\u0000"}'
    answer = getattr(browser, method)(path, body, content_type="application/json", headers={"If-Match": "*"})
    assert is_problem(answer, 422)
    assert list(answer.json()["errors"]) == ["stage"]


def test_a_body_that_is_too_large_is_told(browser, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = send(browser, "post", "models", {**OAK, "card_text": "x" * 2000})
    assert is_problem(answer, 413)


def test_writes_are_throttled(browser, settings, oak):
    settings.HUB_WRITES_PER_MINUTE = 2
    answers = [send(browser, "patch", "models/oak", {}, If_Match="*") for _ in range(4)]
    assert is_problem(answers[-1], 429)
    assert "Retry-After" in answers[-1].headers


def test_the_documentation_shows_bodies_that_work(browser, client):
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    for name in ("ada", "grace"):
        make_user(name)
    [new] = _examples(paths["/api/v1/models"]["post"])
    assert send(browser, "post", "models", new).status_code == 201
    make_card("Other")
    slug = "other"
    for body in _examples(paths["/api/v1/models/{slug}"]["patch"]):
        answer = change(browser, slug, body)
        assert answer.status_code == 200, (body, answer.content)
        slug = answer.json()["slug"]
    named = paths["/api/v1/models/{slug}"]["patch"]
    assert {"409", "412", "422", "428"} <= set(named["responses"])
    assert [one["name"] for one in named["parameters"]] == ["slug", "If-Match"]


def _examples(operation):
    [content] = operation["requestBody"]["content"].values()
    return [json.loads(json.dumps(example["value"])) for example in content["examples"].values()]
