"""Questions and bodies that no well-meant program sends: told what is wrong, never an error of the server."""

import random
import string
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modelcards.fields import FIELDS
from modelcards.filters import known_names
from modelcards.models import ModelCard
from tests.factories import make_card, make_fact, make_lineage, make_organisation, make_user
from tests.modelcards.api.asking import send

ODD = [
    *("", " ", "%", "_", "'", '"', "\\", ";", "--", "*", "-", "%00", "\x00", "\x7f", "\ud800", "\uffff", "智谱", "𝟟B"),
    *("٣", "0", "-1", "1e999", "9" * 30, "NaN", "null", "true", "unknown", "none", "yes", "7B", "2023"),
    *(
        "0000",
        "<script>",
        "../..",
        "name",
        "-parameters",
        "relevance",
        "decoder-only",
        "en",
        "over-1000",
        "all",
        "MTIz",
    ),
    *("MTIz", "2023-13-45", "a" * 5000),
]
NAMES = [*known_names(), "facets", "cursor", "view", "columns", "nonsense", "page[]", ""]
QUIET: Any = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture], "database": None}
WORDS = st.one_of(st.sampled_from(ODD), st.text(max_size=20))
pytestmark = pytest.mark.django_db


@pytest.fixture
def models(db, owner):
    """Three cards with something in every facet, and one that others may not see."""
    oak = make_card("Oak 智谱", slug="oak", parameters=7 * 10**9, training_tokens=10**12, release_date="2023-02-01")
    elm = make_card("Elm", architecture_family="", stage="", open_weights=None, parameters=None)
    make_organisation("House of Trees", [oak])
    make_lineage(elm, oak)
    make_fact(oak, "name", "Oak")
    make_card("Hidden Quince", visibility="restricted", owner=owner)
    return oak


@given(st.lists(st.tuples(st.sampled_from(NAMES), WORDS), max_size=5))
@settings(max_examples=150, **QUIET)
def test_any_question_about_models_is_answered_or_told(client, models, pairs):
    query = "&".join(f"{quote(name)}={quote(value, errors='surrogatepass')}" for name, value in pairs)
    answer = client.get(f"/api/v1/models?{query}")
    assert answer.status_code in (200, 422), (query, answer.content)
    assert b"hidden-quince" not in answer.content.replace(query.encode(), b"")
    if answer.status_code == 422:
        assert set(answer.json()["errors"]) <= {name for name, _value in pairs}


@given(st.binary(max_size=60))
@settings(max_examples=80, **QUIET)
def test_any_bytes_as_a_question_are_answered_or_told(client, models, junk):
    raw = junk.decode("latin-1").replace("#", "").replace("\n", "").replace("\r", "")
    answer = client.get("/api/v1/models", QUERY_STRING=f"facets=all&{raw}")
    assert answer.status_code in (200, 422), raw


VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), WORDS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=3)),
    max_leaves=6,
)
FACTS = st.dictionaries(
    st.sampled_from([*FIELDS, "modalities", "x"]),
    st.one_of(VALUES, st.fixed_dictionaries({"value": VALUES}, optional={"source": VALUES, "citation": VALUES})),
    max_size=2,
)
NAMED = [*FIELDS, "modalities", "base_models", "slug", "card_text", "visibility", "owner", "readers", "sources", "x"]
BODIES = st.builds(
    lambda plain, facts: {**plain, **({"facts": facts} if facts else {})},
    st.dictionaries(st.sampled_from(NAMED), VALUES, max_size=3),
    FACTS,
)


@given(BODIES)
@settings(max_examples=80, **QUIET)
def test_any_change_is_made_or_told(client, models, body):
    client.force_login(_editor())
    slug = ModelCard.objects.get(pk=models.pk).slug
    answer = send(client, "patch", f"models/{slug}", body, If_Match="*")
    assert answer.status_code in (200, 400, 409, 422), (body, answer.content)
    if answer.status_code == 200:
        assert client.get(f"/models/{answer.json()['slug']}/").status_code == 200


@given(BODIES, st.sampled_from(["oak-2", *ODD]))
@settings(max_examples=60, **QUIET)
def test_any_new_model_is_made_or_told(client, models, body, slug):
    client.force_login(_editor())
    answer = send(client, "post", "models", {"name": "New", **body, "slug": slug})
    assert answer.status_code in (201, 400, 409, 422), (body, answer.content)


@pytest.mark.parametrize("path", ["models/{}", "models/{}/history", "models/{}/lineage", "models/{}/descendants"])
def test_any_address_is_answered_or_told(client, models, path):
    chance = random.Random(8)
    slugs = [*ODD, *("".join(chance.choices(string.printable, k=8)) for _ in range(20))]
    for slug in filter(None, slugs):
        answer = client.get("/api/v1/" + path.format(quote(slug, safe="", errors="surrogatepass")))
        assert answer.status_code in (200, 404), (slug, answer.content)


def _editor():
    return User.objects.filter(username="editor").first() or make_user("editor", is_superuser=True)
