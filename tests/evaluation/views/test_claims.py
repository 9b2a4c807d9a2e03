"""The pages of claims, and the same in the API."""

import csv
import io
import json

import pytest

from evaluation.models import Claim
from tests.evaluation.claims.rows import make_claim, make_values
from tests.factories import make_card, make_user

pytestmark = pytest.mark.django_db
FORM = {
    "sentence": "Oak beats Elm.",
    "source": "a table",
    "kind": "better",
    "first": "oak",
    "others": "Elm",
    "origins": ["published"],
    "margin": "0.02",
    "share": "0.5",
}


@pytest.fixture
def trees():
    """Oak is ahead of Elm on four of five benchmarks."""
    oak, elm = make_card("Oak"), make_card("Elm")
    make_values(oak, [0.6, 0.6, 0.6, 0.6, 0.4])
    make_values(elm, [0.5] * 5)
    return oak, elm


def text_of(answer):
    return answer.content.decode()


def test_the_list_says_each_sentence_with_its_verdict_and_counts(client, trees):
    make_claim()
    text = text_of(client.get("/claims/"))
    assert "Oak beats Elm." in text
    assert "4 of 5 benchmarks speak for it, 1 against it" in text
    assert "LLaMA-13B beats GPT-3 175B on most benchmarks." in text


def test_the_list_is_narrowed_to_a_verdict_by_its_address(client, trees):
    make_claim()
    text = text_of(client.get("/claims/?verdict=supported"))
    assert "Oak beats Elm." in text
    assert "LLaMA-13B beats" not in text
    assert client.get("/claims/?verdict=perhaps").status_code == 200


def test_a_claim_shows_the_rule_the_evidence_and_its_ground(client, trees):
    make_claim(source="a paper")
    text = text_of(client.get("/claims/oak-beats-elm/"))
    assert "more than half of the benchmarks speak for the sentence" in text
    assert "+0.100" in text
    assert "-0.100" in text
    assert "arXiv:2302.13971 Table 3" in text
    assert "A fair coin falls as unevenly in 38 % of cases" in text
    assert "/compare/?models=oak,elm" in text


def test_a_claim_along_sizes_shows_each_series(client):
    for number, value in ((1, 0.1), (2, 0.2), (4, 0.3)):
        make_values(make_card(f"Oak {number}B", parameters=number * 10**9), [value] * 5)
    text = text_of(client.get("/claims/larger-is-better-within-a-family/"))
    assert "5 of 5 benchmarks speak for it" in text
    assert "Oak 1B … Oak 4B" in text


def test_too_little_data_is_said_with_what_is_missing(client):
    text = text_of(client.get("/claims/llama-13b-beats-gpt-3/"))
    assert "not enough data" in text
    assert "Not in this catalog, or not open to you: llama-13b, gpt-3-175b" in text


@pytest.mark.parametrize("path", ["/claims/nothing-here/", "/claims/nothing-here/change/"])
def test_what_is_not_there_is_not_found(signed_in, path):
    assert signed_in(make_user()).get(path).status_code == 404


def test_a_claim_that_names_a_hidden_card_is_not_there_for_others(client, signed_in, trees, owner, stranger):
    oak, _elm = trees
    oak.visibility, oak.owner = "restricted", owner
    oak.save()
    make_claim(author=owner)
    for browser in (client, signed_in(stranger)):
        assert browser.get("/claims/oak-beats-elm/").status_code == 404
        assert "Oak beats" not in text_of(browser.get("/claims/"))
        assert browser.get("/api/v1/claims/oak-beats-elm").status_code == 404
        assert "oak" not in text_of(browser.get("/api/v1/claims"))
    assert signed_in(owner).get("/claims/oak-beats-elm/").status_code == 200


def test_the_evidence_is_taken_away_as_the_page_shows_it(client, trees):
    make_claim()
    rows = list(csv.DictReader(io.StringIO(text_of(client.get("/claims/oak-beats-elm/?format=csv")))))
    assert len(rows) == 5
    assert (rows[0]["first"], rows[0]["first_value"], rows[0]["vote"]) == ("Oak", "0.6", "1")
    document = json.loads(client.get("/claims/oak-beats-elm/?format=json").content)
    assert document["notes"][0] == "Supported: 4 of 5 benchmarks speak for it, 1 against it."
    assert document["address"] == "http://testserver/claims/oak-beats-elm/"
    assert "| Oak beats Elm. |" in text_of(client.get("/claims/?format=markdown"))
    assert client.get("/claims/oak-beats-elm/?format=exe").status_code == 422


def test_trends_are_taken_away_too(client):
    for number, value in ((1, 0.1), (2, 0.2), (4, 0.3)):
        make_values(make_card(f"Oak {number}B", parameters=number * 10**9), [value] * 5)
    text = text_of(client.get("/claims/larger-is-better-within-a-family/?format=csv"))
    [row, *_rest] = csv.DictReader(io.StringIO(text))
    assert (row["series"], row["sizes"], row["tau"], row["vote"]) == ("Oak", "3", "1.0", "1")


def test_the_api_says_the_same(client, trees):
    make_claim()
    found = client.get("/api/v1/claims?verdict=supported").json()
    assert found["count"] == 1
    assert found["items"][0]["counts"] == [
        {
            "other": "elm",
            "benchmarks": 5,
            "agree": 4,
            "against": 1,
            "open": 0,
            "p": pytest.approx(0.375),
            "interval": pytest.approx([0.3755, 0.9638], abs=1e-3),
        }
    ]
    detail = client.get("/api/v1/claims/oak-beats-elm").json()
    assert (detail["verdict"], len(detail["pairs"]), detail["trends"]) == ("supported", 5, [])
    assert detail["pairs"][0]["ground"] == "one source"
    assert client.get("/api/v1/claims?verdict=perhaps").status_code == 422
    assert client.get("/api/v1/claims/none").headers["Content-Type"] == "application/problem+json"


def test_who_may_not_state_claims_is_told_so(client, signed_in):
    assert client.get("/claims/new/").status_code == 302
    assert signed_in(make_user(roles=())).get("/claims/new/").status_code == 403


def test_the_form_shows_the_verdict_before_it_stores(signed_in, trees, owner):
    browser = signed_in(owner)
    looked = browser.post("/claims/new/", {**FORM, "preview": "1"})
    assert "4 of 5 benchmarks speak for it" in text_of(looked)
    assert not Claim.objects.filter(shipped=False).exists()
    stored = browser.post("/claims/new/", FORM)
    assert stored["Location"] == "/claims/oak-beats-elm/"
    claim = Claim.objects.get(shipped=False)
    assert claim.query == {"kind": "better", "first": "oak", "others": ["elm"], "origins": ["published"]}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"first": "nobody"}, "No such model, or not open to you: nobody"),
        ({"first": ""}, "Name the model that the sentence is about."),
        ({"others": "oak"}, "A model cannot be put against itself."),
        ({"shots": "many"}, "Shots are whole numbers, such as 0, 5."),
        ({"margin": "wide"}, "A number from 0 to 1."),
        ({"sentence": ""}, "This field is required."),
        ({"kind": "best"}, "Select a valid choice."),
    ],
)
def test_what_is_wrong_stands_beside_its_field(signed_in, trees, owner, words, said):
    answer = signed_in(owner).post("/claims/new/", {**FORM, **words})
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert not Claim.objects.filter(shipped=False).exists()


def test_a_hidden_model_is_the_same_as_none_in_the_form(signed_in, trees, stranger, owner):
    make_card("Quince", visibility="restricted", owner=owner)
    answer = signed_in(stranger).post("/claims/new/", {**FORM, "first": "quince"})
    assert "No such model, or not open to you: quince" in text_of(answer)


def test_ones_own_claim_is_changed_and_removed_and_that_of_others_not(signed_in, trees, owner, stranger):
    make_claim(author=owner)
    assert signed_in(stranger).get("/claims/oak-beats-elm/change/").status_code == 403
    assert signed_in(stranger).post("/claims/oak-beats-elm/remove/").status_code == 403
    browser = signed_in(owner)
    assert 'value="oak"' in text_of(browser.get("/claims/oak-beats-elm/change/"))
    browser.post("/claims/oak-beats-elm/change/", {**FORM, "sentence": "Elm is no better."})
    assert Claim.objects.get(shipped=False).sentence == "Elm is no better."
    assert browser.get("/claims/oak-beats-elm/remove/").status_code == 405
    assert browser.post("/claims/oak-beats-elm/remove/")["Location"] == "/claims/"
    assert not Claim.objects.filter(shipped=False).exists()


def test_a_sentence_is_text_and_not_markup(client, trees):
    make_claim("<script>alert(1)</script>", author=make_user())
    assert "<script>alert(1)" not in text_of(client.get("/claims/"))
    assert "<script>alert(1)" not in text_of(client.get("/claims/oak-beats-elm/"))
