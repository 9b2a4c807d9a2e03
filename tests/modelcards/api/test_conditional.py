"""ETag, If-None-Match and what an answer depends on."""

import pytest

from modelcards.models import ModelCard
from tests.factories import make_card, make_lineage, make_task

pytestmark = pytest.mark.django_db
PATHS = ["models", "models?facets=all", "models?cursor=*", "models/oak", "models/oak/lineage", "models/oak/history"]
PATHS += ["tree", "tasks", "scores", "nodes", "evaluations"]


@pytest.fixture
def models(db):
    make_lineage(make_card("Elm"), make_card("Oak", release_date="2023-01-01"))
    make_task("acorns")


@pytest.mark.parametrize("path", PATHS)
def test_who_has_the_answer_already_is_told_so(client, models, path):
    first = client.get(f"/api/v1/{path}")
    etag = first.headers["ETag"]
    assert etag.startswith('"')  # strong
    again = client.get(f"/api/v1/{path}", headers={"If-None-Match": f'"other", W/{etag}'})
    assert (again.status_code, again.content) == (304, b"")
    for name in ("ETag", "Vary", "Cache-Control"):
        assert again.headers[name] == first.headers[name]
    assert client.get(f"/api/v1/{path}", headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("path", ["models", "models/oak", "tree"])
def test_the_tag_changes_with_the_answer(client, models, path):
    before = client.get(f"/api/v1/{path}").headers["ETag"]
    ModelCard.objects.filter(slug="oak").update(name="Oak Tree", open_weights=False)
    assert client.get(f"/api/v1/{path}", headers={"If-None-Match": before}).status_code == 200


def test_answers_are_for_the_one_who_asked(client, models):
    headers = client.get("/api/v1/models").headers
    assert {"Authorization", "Cookie"} <= set(headers["Vary"].split(", "))
    assert headers["Cache-Control"] == "private, no-cache"
    assert "Authorization" in client.get("/api/v1/models?sort=colour").headers["Vary"]
    assert "ETag" not in client.get("/api/v1/models?sort=colour").headers


def test_a_change_of_a_base_models_address_changes_the_tag_of_what_was_made_from_it(client, models):
    before = client.get("/api/v1/models/elm").headers["ETag"]
    ModelCard.objects.filter(slug="oak").update(slug="oak-tree")
    assert client.get("/api/v1/models/elm").headers["ETag"] != before


@pytest.mark.parametrize("path", PATHS)
def test_the_headers_alone_may_be_asked_for(client, models, path):
    whole, head = client.get(f"/api/v1/{path}"), client.head(f"/api/v1/{path}")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["ETag"] == whole.headers["ETag"]
    etag = {"If-None-Match": whole.headers["ETag"]}
    assert client.head(f"/api/v1/{path}", headers=etag).status_code == 304


def test_headers_of_what_is_not_there(client, models):
    assert client.head("/api/v1/models/nothing").status_code == 404
