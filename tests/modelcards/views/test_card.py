"""A card's own page."""

import itertools
import re
from datetime import date
from html import unescape

import pytest

from modelcards.models import CardChange, Checkpoint
from tests.factories import (
    make_benchmark,
    make_card,
    make_cell,
    make_checkpoint,
    make_fact,
    make_lineage,
    make_organisation,
    make_published,
    make_run,
    make_score,
    make_task,
)

pytestmark = pytest.mark.django_db


def page_of(client, card):
    response = client.get(f"/models/{card.slug}/")
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


@pytest.mark.parametrize("slug", ["nothing", "%00", "a%00b", "..", "%F0%9F%8C%B3", "x" * 2000])
def test_a_card_that_is_not_there_is_not_found(client, slug):
    assert client.get(f"/models/{slug}/").status_code == 404


def test_a_slug_may_hold_a_dot(client):
    assert "GPT" in page_of(client, make_card("GPT", slug="gpt-3.5"))


def test_a_fact_shows_its_source_and_what_another_source_says(client):
    card = make_card(parameters=7 * 10**9)
    make_fact(card, "parameters", "7000000000", citation="https://arxiv.org/abs/2302.13971")
    make_fact(card, "parameters", "8000000000", source="a blog", confidence="unchecked", chosen=False)
    page = page_of(client, card)
    assert '<a href="https://arxiv.org/abs/2302.13971" rel="noreferrer">arXiv:2302.13971</a>' in page
    assert '7B <span class="faint">(7,000,000,000)</span>' in page
    assert "Sources disagree." in page
    assert "a blog states <b>8B</b> (unchecked)" in page


def test_what_is_not_known_says_so(client):
    page = page_of(client, make_card(parameters=None))
    assert page.count("not known") >= 4


def test_the_tags_are_filters(client):
    card = make_card()
    make_organisation("Oak", [card])
    page = page_of(client, card)
    for query in (
        "architecture_family=decoder-only",
        "stage=base",
        "objective=causal-lm",
        "open_weights=yes",
        "organisation=oak",
    ):
        assert f'href="/models/?{query}"' in page


def test_tags_say_licence_and_languages_by_name(client):
    card = make_card(licence_id="other")
    make_fact(card, "languages", "zh;en")
    page = page_of(client, card)
    assert '<a class="tag" href="/models/?licence=other">Licence: Other</a>' in page
    assert '<a class="tag" href="/models/?language=zh">Chinese</a>' in page


def test_family_and_objective_are_explained_with_a_drawing(client):
    page = page_of(
        client,
        make_card(
            architecture_family="encoder-decoder",
            objective="span-corruption",
            attention="bidirectional-encoder-causal-decoder",
        ),
    )
    assert "translation, summarisation, question answering" in page
    assert "the decoder writes the missing stretches" in page
    assert 'class="mask"' in page


def test_a_family_without_attention_has_no_drawing(client):
    page = page_of(client, make_card(architecture_family="embedding", objective="static-embedding", attention=""))
    assert 'class="mask"' not in page


@pytest.mark.parametrize(
    ("licence_id", "licence", "warned"),
    [
        ("llama", "LLaMA licence", True),
        ("apache-2.0", "Apache-2.0 (repository); README: research only", True),
        ("other", "non-commercial", True),
        ("apache-2.0", "Apache-2.0", False),
        ("", "", False),
    ],
)
def test_a_licence_that_restricts_use_is_warned_of(client, licence_id, licence, warned):
    assert ("Restricted use." in page_of(client, make_card(licence_id=licence_id, licence=licence))) == warned


def test_lineage_shows_the_way_up_and_down(client):
    names = ["Root", "Child", "Grandchild", "Great"]
    cards = [make_card(name) for name in names]
    for parent, child in itertools.pairwise(cards):
        make_lineage(child, parent, "rlhf")
    page = page_of(client, cards[1])
    for name in ("Root", "Grandchild", "Great"):
        assert f'<a href="/models/{name.lower()}/">{name}</a>' in page
    assert "RLHF on" in page


def test_the_link_to_the_tree_finds_the_model_there(client):
    """Among the key models of the tree it need not be."""
    make_card("Oak", release_date=date(2021, 5, 1))
    page = page_of(client, make_card("Pedunculate Oak", release_date=date(2021, 6, 1)))
    (address,) = re.findall(r'href="(/tree/[^"]*)">Show on the tree', page)
    assert address == "/tree/?focus=pedunculate-oak"
    assert "Pedunculate Oak" in client.get(unescape(address)).content.decode()


def test_a_circle_of_descent_ends(client):
    one, two = make_card("One"), make_card("Two")
    make_lineage(one, two)
    make_lineage(two, one)
    assert "Two" in page_of(client, one)


def test_checkpoints_and_how_to_load(client):
    card = make_card("Tree", architecture_family="encoder-only")
    Checkpoint.objects.create(card=card, path="models/tree", revision="main", tokens_seen=1_200_000, size=4_000_000)
    page = page_of(client, card)
    assert "1.2M" in page
    assert "AutoModelForMaskedLM.from_pretrained" in page
    assert "models/tree" in page


def test_published_and_measured_scores_stand_apart(client):
    card = make_card("Tree")
    benchmark = make_benchmark("piqa", name="PIQA", chance=0.5)
    make_published(card, benchmark, 0.798)
    make_published(card, benchmark, 0.78, source="a re-run")
    cell = make_cell(make_checkpoint(card), make_task("piqa"), state="done", run=make_run(state="done"))
    make_score(cell, "acc", 0.75, stderr=0.02)
    page = page_of(client, card)
    for shown in ("0.798", "0.780", "0.750", "a re-run", "measured", "published", 'class="chance" style="left:50.00%"'):
        assert shown in page
    assert "2 published scores, 1 measured" in page


def test_measured_scores_by_shots_lead_to_their_run(client):
    card = make_card("Tree")
    run = make_run(state="done")
    cell = make_cell(make_checkpoint(card), make_task("piqa"), state="done", run=run, num_fewshot=5)
    make_score(cell, "acc", 0.75, stderr=0.02)
    page = page_of(client, card)
    assert f'<a href="/runs/{run.pk}/">0.750</a>' in page
    assert "± 0.020" in page


def test_the_text_is_markdown_made_safe(client):
    page = page_of(client, make_card(card_text="# Use\n\n**Grow** <script>alert(1)</script> [x](javascript:alert(1))"))
    assert "<strong>Grow</strong>" in page
    assert "<script>alert" not in page
    assert '<a href="javascript' not in page


def test_the_last_changes_are_told(client):
    card = make_card()
    CardChange.objects.create(
        card=card, by="owner", before={"parameters": "7000000000"}, after={"parameters": "8000000000"}
    )
    page = page_of(client, card)
    assert "Parameters changed from <del>7B</del> to <ins>8B</ins>." in page


def test_a_new_text_is_told_by_name_and_not_in_full(client):
    card = make_card()
    CardChange.objects.create(card=card, by="owner", before={"card_text": "Old."}, after={"card_text": "New text."})
    page = page_of(client, card)
    assert "Card text was renewed." in page
    assert "card_text" not in page
    assert "New text." not in page
