"""/compare/: what is shown, what is judged, and what a reader may see."""

import re

import pytest

from evaluation.models import Benchmark, SampleSet, Score
from modelcards.models import Fact
from tests.checkpoint_files import write_checkpoint
from tests.evaluation.comparison.rows import make_measured
from tests.factories import make_card, make_cell, make_checkpoint, make_score, make_task

pytestmark = pytest.mark.django_db
GOOD, BAD = [1.0] * 90 + [0.0] * 10, [1.0] * 50 + [0.0] * 50


def page(client, query: str) -> str:
    response = client.get(f"/compare/?{query}")
    assert response.status_code == 200
    text: str = response.content.decode()
    return text


def verdicts(text: str) -> list[str]:
    """Those of the table of scores."""
    return re.findall(r'<span class="v (\w+) tip"', text.split('id="row"')[0])


def published(card, value: float, source: str = "a paper", benchmark: Benchmark | None = None) -> Score:
    benchmark = benchmark or Benchmark.objects.get_or_create(slug="quiz", name="Quiz", primary_metric="acc")[0]
    return Score.objects.create(
        card=card, benchmark=benchmark, num_fewshot=0, metric="acc", value=value, origin="published", source=source
    )


@pytest.mark.parametrize("query", ["", "models=", "models=,,", "models=oak", "models=nothing"])
def test_fewer_than_two_models_get_a_picker(client, query) -> None:
    make_card("Oak")
    text = page(client, query)
    assert 'name="add"' in text
    assert "<table" not in text


def test_unknown_models_are_named_and_the_others_compared(client) -> None:
    make_card("Oak")
    make_card("Elm")
    text = page(client, "models=oak,nope,elm")
    assert "<b>nope</b> names no model that you may read" in text
    assert "2 models" in text


def test_a_restricted_model_is_unknown_to_a_stranger(client, owner, teammate, stranger, signed_in) -> None:
    make_card("Oak")
    make_card("Elm")
    card = make_card("Secret Yew", slug="secret", visibility="restricted", owner=owner)
    card.readers.add(teammate)
    make_measured(card, make_task("quiz"), GOOD)
    for reader in (client, signed_in(stranger)):
        for query in ("models=oak,secret,elm", "models=oak", "models=oak&add=Secret+Yew"):
            assert "Secret Yew" not in reader.get(f"/compare/?{query}", follow=True).content.decode().replace(
                'value="Secret Yew"', ""
            ).replace("<b>Secret Yew</b>", "")
    for reader in (signed_in(owner), signed_in(teammate)):
        assert "Secret Yew" in page(reader, "models=oak,secret")


def test_the_ninth_model_is_left_out_and_said(client) -> None:
    slugs = [make_card(f"Tree{n}").slug for n in range(9)]
    text = page(client, "models=" + ",".join(slugs))
    assert "At most 8 models" in text
    assert "<b>tree8</b>" in text
    assert "8 models, 0 shared" in text


def test_a_model_that_is_named_twice_stands_once_and_that_is_said(client) -> None:
    make_checkpoint(make_card("Oak"))
    make_card("Elm")
    for words in ("oak,elm,oak", "oak,elm,oak@main"):
        text = page(client, f"models={words}")
        assert "was named twice and stands here once" in text
        assert "2 models" in text
    assert "was named twice" in page(client, "models=oak,oak")
    ticked = client.get("/compare/?models=oak&models=elm&add=oak", follow=True)
    assert "<b>oak</b> was named twice" in ticked.content.decode()


def test_a_model_is_added_by_name_and_swapped_in_place(client) -> None:
    for name in ("Oak", "Elm", "Red Ash"):
        make_card(name)
    added = client.get("/compare/?models=oak,elm&add=red+ASH&shots=0")
    assert added.url == "/compare/?models=oak,elm,red-ash&shots=0"
    swapped = client.get("/compare/?models=oak&models=elm&instead=oak&add=red-ash")
    assert swapped.url == "/compare/?models=red-ash,elm"


def test_facts_that_are_equal_hide_on_demand(client) -> None:
    make_card("Oak", layers=12)
    make_card("Elm", layers=24)
    assert "Stage" in page(client, "models=oak,elm")
    text = page(client, "models=oak,elm&differences=1")
    assert '<th scope="row" class="muted">Layers</th>' in text
    assert '<th scope="row" class="muted">Stage</th>' not in text


def test_a_fact_of_another_source_is_shown_beside(client) -> None:
    oak = make_card("Oak")
    make_card("Elm")
    Fact.objects.create(card=oak, field="parameters", value="2000000", source="Survey", confidence="checked")
    text = page(client, "models=oak,elm")
    assert "another source:" in text
    assert "2M (Survey)" in text


def test_the_same_documents_are_tested_in_pairs(client) -> None:
    task = make_task("quiz")
    make_measured(make_card("Oak"), task, BAD)
    make_measured(make_card("Elm"), task, GOOD)
    text = page(client, "models=oak,elm")
    assert verdicts(text) == ["better"]
    assert "McNemar test on the same 100 documents" in text
    assert "▲ +0.400" in text


def test_the_baseline_is_chosen_in_the_address(client) -> None:
    task = make_task("quiz")
    make_measured(make_card("Oak"), task, BAD)
    make_measured(make_card("Elm"), task, GOOD)
    text = page(client, "models=oak,elm&baseline=elm")
    assert verdicts(text) == ["worse"]
    assert "▼ -0.400" in text


def test_without_samples_two_scores_are_tested_as_independent(client) -> None:
    task = make_task("quiz")
    make_measured(make_card("Oak"), task, BAD, samples=False)
    make_measured(make_card("Elm"), task, GOOD)
    text = page(client, "models=oak,elm")
    assert verdicts(text) == ["better"]
    assert "z test of two shares" in text


def test_a_small_difference_is_no_verdict(client) -> None:
    task = make_task("quiz")
    make_measured(make_card("Oak"), task, BAD)
    make_measured(make_card("Elm"), task, [*BAD[1:], 1.0])
    assert verdicts(page(client, "models=oak,elm")) == ["same"]


def test_another_kind_of_scoring_is_hatched_with_the_reason(client) -> None:
    task = make_task("quiz")
    make_measured(make_card("Oak"), task, BAD)
    make_measured(make_card("Elm"), task, GOOD, key="p", made_with={"scoring": "pseudo-loglikelihood"})
    text = page(client, "models=oak,elm")
    assert verdicts(text) == ["unknown"]
    assert "pseudo-loglikelihood against loglikelihood" in text
    assert "? not comparable, or uncertainty not known" in text


def test_a_limited_cell_is_marked_and_never_judged(client) -> None:
    task = make_task("quiz")
    make_measured(make_card("Oak"), task, BAD, settings={"limit": 100})
    make_measured(make_card("Elm"), task, GOOD, settings={"limit": 100})
    text = page(client, "models=oak,elm")
    assert verdicts(text) == ["unknown"]
    assert "limit 100" in text


def test_an_unlimited_score_is_preferred_and_the_newest_generation_shown(client) -> None:
    task, oak = make_task("quiz"), make_card("Oak")
    make_measured(oak, task, GOOD)
    make_measured(oak, task, BAD, generation=1)
    make_measured(oak, task, [1.0] * 10, settings={"limit": 10}, key="limited")
    make_measured(make_card("Elm"), task, BAD)
    text = page(client, "models=oak,elm")
    assert text.count("<b>0.500</b>") == 2
    assert "limit 10" not in text


def test_published_values_get_no_verdict_and_their_disagreement_a_mark(client) -> None:
    oak, elm = make_card("Oak"), make_card("Elm")
    published(oak, 0.5)
    published(elm, 0.7)
    published(elm, 0.6, "another paper")
    text = page(client, "models=oak,elm")
    assert verdicts(text) == ["unknown"]
    assert "No verdict is possible here" in text
    assert "0.700: a paper; 0.600: another paper" in text


def test_measured_and_published_are_told_apart(client) -> None:
    benchmark = Benchmark.objects.create(slug="quiz", name="Quiz", primary_metric="acc", task_name="quiz", chance=0.25)
    task, oak, elm = make_task("quiz"), make_card("Oak"), make_card("Elm")
    make_measured(oak, task, GOOD)
    published(elm, 0.7, benchmark=benchmark)
    text = page(client, "models=oak,elm")
    assert 'class="origin measured"' in text
    assert 'class="origin published"' in text
    assert verdicts(text) == ["unknown"]
    assert text.count(">Quiz</a>") == 1


def test_a_measured_value_leads_to_its_documents_and_a_missing_one_to_the_queue(client, settings, tmp_path) -> None:
    settings.HUB_CHECKPOINT_DIRS = [tmp_path]
    oak, elm = make_card("Oak"), make_card("Elm")
    write_checkpoint(tmp_path / "elm")
    make_checkpoint(elm, path="elm")
    score = make_measured(oak, make_task("quiz"), GOOD, shots=5)
    text = page(client, "models=oak,elm")
    assert f"/cells/{score.cell_id}/samples/" in text
    assert "/evaluations/new/?models=elm&amp;tasks=quiz&amp;num_fewshot=5" in text


def test_shots_are_chosen_in_the_address(client) -> None:
    task, oak, elm = make_task("quiz"), make_card("Oak"), make_card("Elm")
    for shots, value in ((0, BAD), (5, GOOD)):
        make_measured(oak, task, value, shots=shots)
        make_measured(elm, task, value, shots=shots)
    both = page(client, "models=oak,elm")
    assert "Zero-shot" in both
    assert 'id="shots-0"' in both
    five = page(client, "models=oak,elm&shots=5")
    assert "Zero-shot" not in five
    assert "Scores at 5 shots" in five


def test_a_revision_may_be_named(client) -> None:
    card, task = make_card("Oak"), make_task("quiz")
    early = make_checkpoint(card, revision="step1", path="reference/models/early")
    make_checkpoint(card)
    make_score(make_cell(early, task, "done"), value=0.125)
    make_measured(card, task, GOOD)
    make_measured(make_card("Elm"), task, GOOD)
    assert "<b>0.125</b>" in page(client, "models=oak@step1,elm")
    assert "<b>oak@step9</b>" in page(client, "models=oak@step9,elm,oak")


def test_a_damaged_sample_file_falls_back_to_the_scores(client) -> None:
    task = make_task("quiz")
    make_measured(make_card("Oak"), task, BAD)
    make_measured(make_card("Elm"), task, GOOD)
    SampleSet.objects.update(file="gone.parquet", sha256="0" * 64)
    assert "no shared ones to pair" in page(client, "models=oak,elm")


@pytest.mark.parametrize("query", ["models=%00", "models=" + "a" * 5000, "models=oak,elm&shots=-1", "models='\";--"])
def test_hostile_addresses_are_answered(client, query) -> None:
    make_card("Oak")
    make_card("Elm")
    assert client.get(f"/compare/?{query}").status_code == 200


def test_queries_do_not_grow_with_scores(client, django_assert_max_num_queries) -> None:
    oak, elm = make_card("Oak"), make_card("Elm")
    for number in range(12):
        task = make_task(f"quiz{number}")
        make_measured(oak, task, BAD, samples=False)
        make_measured(elm, task, GOOD, samples=False)
    page(client, "models=oak,elm")  # takes in what is new in the catalog
    with django_assert_max_num_queries(14):
        page(client, "models=oak,elm")


def test_a_cell_that_a_masked_model_cannot_answer_says_why_instead_of_offering_it(client, settings, tmp_path) -> None:
    settings.HUB_CHECKPOINT_DIRS = [tmp_path]
    oak, bert = make_card("Oak"), make_card("Bert")
    write_checkpoint(tmp_path / "bert", "encoder-only")
    make_checkpoint(bert, path="bert")
    make_measured(oak, make_task("story", output_type="generate_until"), GOOD)
    text = page(client, "models=oak,bert")
    assert "models=bert&amp;tasks=story" not in text
    assert "cannot be measured: It asks for written text, and an encoder-only model does not write text." in text


def test_a_printed_value_is_not_counted_against_a_measured_one(client) -> None:
    oak, elm = make_card("Oak"), make_card("Elm")
    quiz = Benchmark.objects.create(slug="quiz", name="Quiz", primary_metric="acc", task_name="quiz")
    make_measured(oak, make_task("quiz"), BAD)
    published(elm, 0.9, benchmark=quiz)
    assert "has the better value" not in page(client, "models=oak,elm&baseline=oak")
    published(make_card("Ash"), 0.5, benchmark=quiz)
    assert "Elm has the better value in 1 of 1." in page(client, "models=ash,elm&baseline=ash")
