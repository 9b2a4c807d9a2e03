"""The parts of /tree/: what htmx changes in place, filters of the list, colours, years, the tray, what is apart."""

import json
import re
from datetime import date

import pytest
from django.test import Client

from modelcards import registry
from modelcards.models import Lineage
from modelcards.registry import ScoredTask, Shade, TreeScores
from modelcards.tree import grown
from tests.factories import make_card, make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def wood() -> None:
    """A parent, its child of the next year and a closed model of another family."""
    oak = make_card("Oak", release_date=date(2020, 5, 1))
    acorn = make_card("Acorn", release_date=date(2021, 5, 1))
    make_card("Beech", release_date=date(2022, 5, 1), architecture_family="encoder-only", open_weights=False)
    Lineage.objects.create(child=acorn, parent=oak, relation="finetune")


def page(client: Client, query: str = "") -> str:
    response = client.get(f"/tree/{query}")
    assert response.status_code == 200
    return re.sub("X-CSRFToken[^}]*", "", response.content.decode())


def data(text: str, name: str):
    (found,) = re.findall(rf'<script id="{name}" type="application/json">(.*?)</script>', text)
    return json.loads(found)


def places(text: str) -> dict[str, tuple[float, float]]:
    return {slug: (node["x"], node["y"]) for slug, node in data(text, "tree-nodes").items()}


def part(client: Client, query: str, now: str = "/tree/"):
    return client.get(f"/tree/{query}", headers={"HX-Target": "tree-page", "HX-Current-URL": f"http://testserver{now}"})


def test_htmx_gets_the_part_that_it_changes_and_the_address_for_the_browser(client, wood) -> None:
    response = part(client, "?show=all&find=&until=&family=encoder-only")
    text = response.content.decode()
    assert "<html" not in text
    assert 'id="tree-form"' in text
    assert response["HX-Push-Url"] == "/tree/?architecture_family=encoder-only&show=all"
    assert "HX-Target" in response["Vary"]


@pytest.mark.parametrize("query", ["?until=2020", "?find=oak", "?focus=oak", "?chosen=oak"])
def test_what_only_passes_makes_no_step_back(client, wood, query) -> None:
    assert part(client, query)["HX-Replace-Url"] == f"/tree/{query}"
    assert "HX-Push-Url" in part(client, "?show=all" + query.replace("?", "&"))


def test_a_form_without_scripts_leads_to_the_short_address(client, wood) -> None:
    response = client.get("/tree/?find=&focus=&open=&colour=family&size=parameters&until=2022")
    assert (response.status_code, response["Location"]) == (302, "/tree/?size=parameters")


def test_the_years_move_nothing(client, wood) -> None:
    whole, early = places(page(client)), places(page(client, "?until=2021"))
    assert set(early) == {"oak", "acorn"}
    assert early.items() <= whole.items()


def test_before_the_first_year_the_page_says_that_all_came_later(client, wood) -> None:
    text = page(client, "?until=1990&show=all")
    assert "All of them came in later years." in text
    assert 'href="?show=all" hx-get="?show=all">Show all years' in text
    assert "came in later years" not in page(client, "?parameters_min=900B")


def test_the_last_year_there_is_has_a_place(client, wood) -> None:
    make_card("Comet", release_date=date(9999, 12, 31))
    make_card("Fossil", release_date=date(1, 1, 1))
    assert {"oak", "comet", "fossil"} <= places(page(client)).keys()


def test_the_slider_goes_over_the_years_that_have_a_chip(client, wood) -> None:
    text = page(client, "?until=2021")
    assert re.search(r'name="until" min="2020" max="2022" value="2021"', text)
    assert "data-year" not in page(client, "?architecture_family=encoder-only")


def test_a_single_year_beyond_the_asked_one_is_left_out(client, wood) -> None:
    assert "Beech" not in page(client, "?architecture_family=encoder-only&until=2021&view=list")


def test_a_filter_that_is_on_is_a_chip_that_can_be_taken_away(client, wood) -> None:
    text = page(client, "?architecture_family=encoder-only&until=2021&view=list&focus=oak")
    links = dict(re.findall(r'<a href="([^"]*)" hx-get="[^"]*" aria-label="Remove the filter ([^"]*)"', text))
    assert links == {
        "?until=2021&amp;focus=oak&amp;view=list": "Family: Encoder-only",
        "?architecture_family=encoder-only&amp;focus=oak&amp;view=list": "Until: 2021",
        "?architecture_family=encoder-only&amp;until=2021&amp;view=list": "Line of descent: not shown",
    }


def test_a_line_that_cannot_be_highlighted_is_told_in_the_same_words_for_a_hidden_card(client, wood) -> None:
    make_card("Secret", release_date=date(2021, 5, 1), visibility="internal")
    hidden, none = page(client, "?focus=secret"), page(client, "?focus=nobody")
    assert "“nobody” is not among these models" in none
    assert hidden.replace("secret", "nobody") == none
    assert "is not among these models" not in page(client, "?focus=oak&until=2020")


def test_the_year_is_said_by_its_slider_so_that_nothing_jumps_while_it_moves(client, wood) -> None:
    assert "Remove the filter Until" not in page(client, "?until=2021")


def test_a_filter_that_the_panel_does_not_offer_stays_in_the_form(client, wood) -> None:
    text = page(client, "?objective=causal-lm&parameters_min=1M")
    assert '<input type="hidden" name="objective" value="causal-lm">' in text
    assert text.count('name="parameters_min"') == 1


def test_the_filters_count_as_the_list_of_models_does(client, wood) -> None:
    make_card("Timeless", architecture_family="encoder-only")
    box = r'id="f-architecture_family-encoder-only"[^>]*>.*?<span class="n">(\d+)</span>'
    counted = [re.search(box, client.get(address).content.decode()) for address in ("/tree/", "/models/")]
    assert [found and found[1] for found in counted] == ["2", "2"]


def test_picture_and_list_are_sent_together_until_one_is_chosen(client, wood) -> None:
    both, pictured, listed = (page(client, query) for query in ("", "?view=picture", "?view=list"))
    assert ["tree-nodes" in text for text in (both, pictured, listed)] == [True, True, False]
    assert ['id="tree-list"' in text for text in (both, pictured, listed)] == [True, False, True]


def test_too_many_chips_are_listed_with_a_way_to_fewer(client, wood, monkeypatch) -> None:
    monkeypatch.setattr(grown, "MOST_DRAWN", 2)
    text = page(client, "?view=picture")
    assert "more than a picture holds" in text
    assert "tree-nodes" not in text
    assert text.count('class="hit"') == 3


def test_a_layout_that_takes_too_long_is_a_list(client, wood, monkeypatch) -> None:
    monkeypatch.setattr(grown, "PATIENCE", -1.0)
    make_card("Slow", release_date=date(2022, 6, 1))
    text = page(client)
    assert "took too long" in text
    assert 'class="hit" href="/models/slow/"' in text


def test_a_series_can_be_opened_from_the_list(client) -> None:
    for size in ("7B", "13B", "70B"):
        make_card(f"Oak {size}", release_date=date(2021, 5, 1), parameters=int(size[:-1]) * 10**9)
    closed = page(client, "?view=list&show=series")
    (address,) = re.findall(r'<a class="tag line series" href="([^"]*)"', closed)
    assert "3 models" in closed
    opened = page(client, address.replace("&amp;", "&"))
    assert opened.count('class="hit"') == 3
    assert "Remove the filter Opened: Oak" in opened


def test_what_has_no_place_is_counted_apart(client, wood) -> None:
    for number in range(30):
        make_card(f"Timeless {number}")
    make_card("Fern", release_date=date(2021, 1, 1), architecture_family="")
    text = page(client)
    assert "Undated (30)" in text
    assert "No family (1)" in text
    assert text.count("/models/timeless-") == 30
    assert "6 more" in text
    assert "/models/fern/" in text
    assert "fern" not in places(text)


def test_only_undated_models_are_no_empty_catalog(client) -> None:
    make_card("Timeless")
    text = page(client)
    assert "they are listed below" in text
    assert "/models/timeless/" in text


def test_filters_without_a_match_can_be_cleared(client, wood) -> None:
    text = page(client, "?architecture_family=recurrent&view=list")
    assert "No card passes these filters" in text
    assert 'href="?view=list"' in text


def test_chosen_models_wait_in_the_tray_and_in_the_form(client, wood) -> None:
    text = page(client, "?chosen=oak,nobody&show=all")
    assert '<input type="hidden" name="chosen" value="oak">' in text
    assert "nobody" in text
    assert 'hx-target="#tree-page"' in text


def test_sums_are_tables(client, wood) -> None:
    text = page(client)
    assert "Open against closed" in text
    rows = re.findall(r'<th scope="row">(\d{4})</th>.*?<b>(\d+)</b>', text, re.S)
    assert rows == [("2022", "1"), ("2021", "1"), ("2020", "1")]


def test_the_legend_leads_to_one_family(client, wood) -> None:
    text = page(client, "?view=list")
    assert 'href="?architecture_family=encoder-only&amp;view=list"' in text


def test_the_data_is_the_api_with_the_same_filters(client, wood) -> None:
    text = page(client, "?architecture_family=encoder-only&until=2022&colour=openness&view=list")
    assert 'href="/api/v1/tree?architecture_family=encoder-only"' in text


@pytest.fixture
def scores(monkeypatch) -> None:
    """Two scored tasks; only Oak has scores."""

    def values(_request, cards, task, shots):
        return {min(cards): Shade(0.625, "0.625", "measured")} if (task, shots) == ("quiz", 5) else {}

    tasks = [ScoredTask("quiz", "Quiz", {5: 2, 0: 1}), ScoredTask("exam", "Exam", {0: 1})]
    known = TreeScores(lambda _request: tasks, values, lambda _request, cards: {min(cards): ("Quiz: 0.625",)})
    monkeypatch.setattr(registry, "tree_scores", [known])


def test_scores_colour_the_most_scored_task_unless_another_is_asked_for(client, wood, scores) -> None:
    response = part(client, "?colour=score")
    assert response["HX-Push-Url"] == "/tree/?colour=score&task=quiz&shots=5"
    text = page(client, "?colour=score")
    assert '<option value="quiz" selected>' in text
    assert "Quiz, 5-shot: 0.625 (measured here)" in data(text, "tree-nodes")["oak"]["facts"]
    assert "<b>0.625 (measured here)</b>" in text
    assert 'value="exam" selected' in page(client, "?colour=score&task=exam&shots=0")


@pytest.mark.parametrize(
    ("query", "told"), [("task=riddle", "has no scores"), ("task=quiz&shots=3", "no scores with 3")]
)
def test_a_task_without_scores_is_said(client, wood, scores, query, told) -> None:
    assert told in page(client, f"?colour=score&{query}")


def test_best_scores_stand_in_the_hover_box(client, wood, scores) -> None:
    assert "Quiz: 0.625" in data(page(client), "tree-nodes")["oak"]["facts"]


def test_without_scores_no_colour_by_score_is_offered(client, wood, monkeypatch) -> None:
    monkeypatch.setattr(registry, "tree_scores", [])
    assert 'value="score"' not in page(client, "?colour=score")


def test_a_restricted_model_is_in_no_count(client, wood, owner) -> None:
    before = page(client)
    make_card("Secret", release_date=date(2022, 5, 1), visibility="restricted", owner=owner)
    make_card("Hidden", visibility="restricted", owner=owner)
    assert page(client) == before


def test_a_house_is_filtered_by_all_its_names(client, wood) -> None:
    card = make_card("Elm", release_date=date(2022, 1, 1))
    card.organisations.add(make_organisation("Facebook AI"))
    assert "organisation=meta" in page(client)
