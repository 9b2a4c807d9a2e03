"""The list of models."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import make_benchmark, make_card, make_checkpoint, make_organisation, make_published

pytestmark = pytest.mark.django_db
URL = "/models/"


def text(response):
    return re.sub(r"\s+", " ", response.content.decode())


def test_it_lists_models_with_their_numbers(client):
    card = make_card("Tree 7B", parameters=6_740_000_000, training_tokens=2 * 10**12, licence="MIT")
    make_organisation("Oak", [card])
    page = text(client.get(URL))
    for shown in ("Tree 7B", "Oak", "6.74B", "2T", "297", "MIT", "Decoder-only", "<b>1</b> of 1 model"):
        assert shown in page


def test_a_wrong_value_is_told_and_the_rest_still_answers(client):
    make_card("Tree")
    response = client.get(URL, {"parameters_min": "huge", "sort": "nothing"})
    assert response.status_code == 200
    page = text(response)
    assert 'aria-invalid="true"' in page
    assert "write for example 300M" in page
    assert "<b>1</b> of 1 model" in page


def test_blank_fields_of_a_submitted_form_leave_the_address(client):
    response = client.get(URL, {"search": "", "open_weights": "yes", "parameters_min": ""})
    assert response.url == f"{URL}?open_weights=yes"


def test_htmx_gets_the_results_with_the_rail_and_the_canonical_address(client):
    make_card("Tree")
    response = client.get(
        URL, {"search": "tree", "tokens_min": ""}, headers={"HX-Request": "true", "HX-Target": "results"}
    )
    page = text(response)
    assert page.lstrip().startswith('<div id="results"')
    assert 'id="rail"' in page
    assert "<html" not in page
    assert response["HX-Push-Url"] == f"{URL}?search=tree"
    assert "HX-Target" in response["Vary"]


@pytest.mark.parametrize(
    ("now", "header"),
    [
        ("http://testserver/models/", "HX-Push-Url"),
        ("http://testserver/models/?open_weights=yes", "HX-Replace-Url"),
        ("http://[broken", "HX-Push-Url"),
    ],
)
def test_what_changes_nothing_adds_no_step_to_the_history(client, now, header):
    headers = {"HX-Request": "true", "HX-Target": "results", "HX-Current-URL": now}
    answer = client.get(URL, {"open_weights": "yes"}, headers=headers)
    assert answer[header] == f"{URL}?open_weights=yes"


def test_back_in_history_gets_the_whole_page(client):
    headers = {"HX-Request": "true", "HX-Target": "results", "HX-History-Restore-Request": "true"}
    assert "<html" in text(client.get(URL, headers=headers))


def test_the_tray_keeps_models_of_other_pages_and_leads_on(client):
    for name in ("Acer", "Birch", "Cedar"):
        make_card(name)
    page = text(client.get(URL, {"chosen": "acer,birch,nothing", "search": "cedar"}))
    assert "2 chosen" in page
    assert 'not shown to you: <span class="mono">nothing</span>' in page
    assert '<input type="hidden" name="chosen" value="acer">' in page
    assert f'href="{reverse("evaluation:compare")}?models=acer,birch"' in page


def test_the_tray_says_when_no_more_fit(client):
    for number in range(51):
        make_card(f"Tree {number}")
    chosen = ",".join(f"tree-{number}" for number in range(51))
    page = text(client.get(URL, {"chosen": chosen}))
    assert "50 chosen" in page
    assert "not shown to you" not in page
    assert "no more fit" in page


def test_only_who_is_signed_in_may_evaluate_from_the_tray(client, signed_in, stranger):
    make_checkpoint(make_card("Acer"))
    address = f'href="{reverse("evaluation:new")}?models=acer"'
    assert address not in text(client.get(URL, {"chosen": "acer"}))
    assert address in text(signed_in(stranger).get(URL, {"chosen": "acer"}))


def test_comparison_is_offered_for_two_to_eight(client):
    names = "abcdefghi"
    for name in names:
        make_card(name)
    compare = f'href="{reverse("evaluation:compare")}?models='
    assert compare not in text(client.get(URL, {"chosen": "a"}))
    assert compare in text(client.get(URL, {"chosen": "a,b"}))
    assert compare not in text(client.get(URL, {"chosen": ",".join(names)}))


def test_pages_follow_one_another(client):
    for number in range(30):
        make_card(f"Model {number:02}")
    first = text(client.get(URL, {"sort": "name"}))
    assert "1 to 25 of 30" in first
    assert "?sort=name&amp;page=2" in first
    second = text(client.get(URL, {"sort": "name", "page": "2"}))
    assert "26 to 30 of 30" in second
    assert "Model 29" in second
    assert "26 to 30 of 30" in text(client.get(URL, {"sort": "name", "page": "999"}))


def test_each_filter_has_a_chip_that_removes_it(client):
    make_card("Tree", parameters=7 * 10**9)
    page = text(
        client.get(URL, {"search": "tree", "open_weights": "yes", "parameters_min": "1B", "parameters_max": "9B"})
    )
    assert "Weights <b>Open</b>" in page
    assert "Parameters <b>1B to 9B</b>" in page
    assert 'href="?search=tree&amp;open_weights=yes"' in page


def test_nothing_found_and_an_empty_catalog_are_told_apart(client):
    assert "load_catalog" in text(client.get(URL))
    make_card("Tree")
    assert "No model matches" in text(client.get(URL, {"search": "nothing"}))


def test_the_number_of_scores_is_a_column_that_sorts_and_a_facet(client):
    make_card("Bare")
    scored = make_card("Scored")
    make_published(scored, make_benchmark())
    page = text(client.get(URL, {"sort": "-scores"}))
    assert page.index("Scored</a>") < page.index("Bare</a>")
    only = text(client.get(URL, {"has_scores": "published"}))
    assert "Scored</a>" in only
    assert "Bare</a>" not in only


@pytest.mark.parametrize("query", ["", "view=cards", "view=scatter", "sort=organisation&columns=base_model,language"])
def test_it_asks_the_database_no_more_for_more_rows(client, query):
    cards = [make_card(f"Model {number}", training_tokens=10**9) for number in range(25)]
    make_organisation("Oak", cards[:2])
    with CaptureQueriesContext(connection) as few:
        client.get(f"{URL}?page_size=2&{query}")
    for number, card in enumerate(cards[2:]):
        make_organisation(f"Maker {number}", [card])
    client.get(f"{URL}?{query}")
    with CaptureQueriesContext(connection) as many:
        client.get(f"{URL}?{query}")
    assert len(many) <= len(few) <= 40
    assert len(many) <= 12, [asked["sql"] for asked in many]


@pytest.mark.parametrize(
    "query",
    [
        "view=nonsense",
        "columns=nonsense",
        "columns=" + "x," * 3000,
        "page=-1",
        "page=999999999999",
        "page_size=0",
        "parameters_min=-1",
        "parameters_min=1e400",
        "tokens_max=" + "9" * 60,
        "released_after=2023-99",
        "released_before=0000",
        "architecture_family=nonsense&stage=%00",
        "open_weights=perhaps",
        "tokens_per_parameter=many",
        "has_scores=%F0%9F%8C%B3",
        "sort=-",
    ],
)
def test_nonsense_in_the_address_is_left_out_with_a_notice(client, query):
    make_card("Tree")
    response = client.get(f"{URL}?{query}")
    assert response.status_code == 200
    page = text(response)
    assert "was not understood and left out" in page
    assert "<b>1</b> of 1 model" in page


@pytest.mark.parametrize(
    "query",
    ["search=%00%1b", "unknown=1", "organisation=nobody", "licence=%22%3E%3Cb", "chosen=" + "a," * 4000, "%ff=%ff"],
)
def test_odd_but_harmless_addresses_are_answered(client, query):
    make_card("Tree")
    assert client.get(f"{URL}?{query}").status_code == 200


def test_the_values_of_a_facet_are_found_as_a_part_of_the_page(client):
    make_organisation("Oak", [make_card()])
    make_organisation("Elm", [make_card()])
    page = text(client.get(URL, {"find": "oa"}, headers={"HX-Target": "o-organisation"}))
    assert 'value="oak"' in page
    assert 'value="elm"' not in page
    assert "None of that name" in text(client.get(URL, {"find": "zz"}, headers={"HX-Target": "o-organisation"}))
    assert client.get(URL, {"find": "zz"}, headers={"HX-Target": "o-nonsense"}).status_code == 200


def test_an_unknown_family_and_stage_are_hatched_in_every_view(client):
    make_card("Wild", architecture_family="", stage="", training_tokens=10**9)
    assert '<span class="tag unk">Not stated</span>' in text(client.get(URL))
    assert '<span class="tag unk">Not stated</span>' in text(client.get(URL, {"view": "cards"}))
    assert "Family not stated" in text(client.get(URL, {"view": "scatter"}))


def test_clear_all_keeps_view_columns_order_and_tray(client):
    make_card("Tree")
    page = text(client.get(URL, {"stage": "base", "view": "cards", "sort": "name", "chosen": "tree"}))
    assert f'class="sm clear" href="{URL}?sort=name&amp;view=cards&amp;chosen=tree"' in page


def test_names_are_escaped(client):
    make_card("<script>alert(1)</script>", slug="evil")
    page = text(client.get(URL, {"chosen": "evil", "search": "<script>"}))
    assert "<script>alert" not in page
