"""Reading a request: every mistake is told by field."""

from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.core.request import EvaluationRequest, RequestError, settings_key

NAMES = [field.name for field in fields(EvaluationRequest)]
GOOD = {"models": ["oak"], "tasks": ["agreement"]}


def test_absent_fields_take_their_defaults():
    request = EvaluationRequest.from_json(GOOD)
    assert (request.num_fewshot, request.limit, request.seed, request.batch_size) == ((0,), None, (1234,), "16")


def test_what_it_writes_it_reads_back():
    request = EvaluationRequest.from_json(GOOD | {"num_fewshot": [0, 5], "limit": 10, "batch_size": 8, "note": "x"})
    assert EvaluationRequest.from_json(request.to_json()) == request


def test_names_are_trimmed_and_each_counts_once():
    request = EvaluationRequest.from_json({"models": [" oak", "oak"], "tasks": ["a", "", "a"], "num_fewshot": [5, 5]})
    assert (request.models, request.tasks, request.num_fewshot) == (("oak",), ("a",), (5,))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("models", []),
        ("models", "oak"),
        ("models", [1]),
        ("models", ["m"] * 1 + [f"m{i}" for i in range(600)]),
        ("tasks", None),
        ("num_fewshot", [-1]),
        ("num_fewshot", []),
        ("num_fewshot", 5),
        ("num_fewshot", [True]),
        ("num_fewshot", [1.5]),
        ("num_fewshot", list(range(40))),
        ("limit", 0),
        ("limit", -3),
        ("limit", "10"),
        ("seed", -1),
        ("dtype", "int3"),
        ("chat_template", "yes"),
        ("system_instruction", 5),
        ("batch_size", 0),
        ("batch_size", "many"),
        ("generation_kwargs", []),
        ("generation_kwargs", {"a": float("nan")}),
        ("priority", 1000),
        ("force", 1),
        ("note", "n" * 301),
        ("surprise", 1),
    ],
)
def test_a_bad_value_is_told_by_its_field(field, value):
    with pytest.raises(RequestError) as error:
        EvaluationRequest.from_json(GOOD | {field: value})
    assert list(error.value.errors) == [field]
    assert all(text.endswith(".") or "," in text for text in error.value.errors[field])


def test_several_mistakes_are_told_at_once():
    with pytest.raises(RequestError) as error:
        EvaluationRequest.from_json({"models": [], "limit": 0})
    assert set(error.value.errors) == {"models", "tasks", "limit"}


ANY = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from([*NAMES, "other"]), ANY | st.lists(ANY, max_size=3), max_size=6))
def test_any_mapping_gives_a_request_or_errors_by_field(mapping):
    try:
        EvaluationRequest.from_json(mapping)
    except RequestError as error:
        assert error.errors  # noqa: PT017


def test_the_key_does_not_depend_on_order():
    assert settings_key({"a": 1, "b": {"c": 2, "d": 3}}) == settings_key({"b": {"d": 3, "c": 2}, "a": 1})
    assert settings_key({"limit": 1}) != settings_key({"limit": None})


def test_seeds_are_one_number_or_several():
    def read(seed):
        return EvaluationRequest.from_json({"models": ["a"], "tasks": ["b"], "seed": seed})

    assert (read([3, 4, 3]).seed, read(5).seed) == ((3, 4), (5,))
    assert (read([3, 4]).to_json()["seed"], read(5).to_json()["seed"]) == ([3, 4], 5)
    assert read([3, 4]).settings(4)["seed"] == 4
    with pytest.raises(RequestError, match="0 seeds"):
        read([])


def test_a_billion_cells_are_refused_without_being_made():
    names = [f"m{i}" for i in range(500)]
    asked = {"models": names, "tasks": names, "num_fewshot": list(range(10)), "seed": list(range(10))}
    with pytest.raises(RequestError, match="25000000 cells; at most 10000"):
        EvaluationRequest.from_json(asked)
