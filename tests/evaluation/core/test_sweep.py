"""A sweep file: what it asks for, and every mistake with its line."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.core.sweep import SweepError, read_sweep


def problems(text: str | bytes) -> list[str]:
    with pytest.raises(SweepError) as error:
        read_sweep(text.encode() if isinstance(text, str) else text)
    return [problem.told("sweep.yaml") for problem in error.value.problems]


def test_a_file_may_be_one_evaluation():
    (entry,) = read_sweep(b"note: nightly\nmodels: [oak, elm@step10]\ntasks: mmlu\nnum_fewshot: 5\nseed: [1, 2]\n")
    request = entry.request
    assert (request.models, request.tasks, request.num_fewshot) == (("oak", "elm@step10"), ("mmlu",), (5,))
    assert (request.seed, request.note, entry.lines["tasks"]) == ((1, 2), "nightly", 3)


def test_what_stands_at_the_top_holds_for_every_entry_that_says_nothing_else():
    text = """
dtype: bfloat16
num_fewshot: [0, 5]
evaluations:
  - models: [oak]
    tasks: [a]
  - models: [elm]
    tasks: [b]
    num_fewshot: [0]
"""
    first, second = (entry.request for entry in read_sweep(text.encode()))
    assert (first.dtype, first.num_fewshot, first.models) == ("bfloat16", (0, 5), ("oak",))
    assert (second.dtype, second.num_fewshot, second.models) == ("bfloat16", (0,), ("elm",))


def test_unknown_keys_are_told_with_their_lines():
    assert problems("models: [oak]\ntasks: [a]\nshots: [0]\nseeds: 3\n") == [
        "sweep.yaml:3: shots: is not known here; known are models, tasks, num_fewshot, limit, seed, dtype, "
        "backend, chat_template, system_instruction, batch_size, generation_kwargs, requires, priority, note, "
        "evaluations.",
        "sweep.yaml:4: seeds: is not known here; did you mean seed?",
    ]


def test_every_mistake_of_every_entry_is_told():
    text = "evaluations:\n- models: [oak]\n  tasks: [a]\n  limt: 3\n- models: [oak]\n  limit: none\n- oak\n"
    assert problems(text) == [
        "sweep.yaml:4: evaluations[0].limt: is not known here; did you mean limit?",
        "sweep.yaml:5: evaluations[1].tasks: Must be a list of task names.",
        "sweep.yaml:6: evaluations[1].limit: The limit must be a whole number, not 'none'.",
        "sweep.yaml:7: evaluations[2]: must be a mapping with models and tasks.",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("models: [oak]\nmodels: [elm]\ntasks: [a]\n", "sweep.yaml:2: models: is given twice, first in line 1."),
        ("models: [oak]\ntasks: [a]\nforce: true\n", "sweep.yaml:3: force: a sweep adds only what is missing"),
        ("models: [oak\ntasks: [a]\n", "sweep.yaml:2: is no YAML"),
        ("", "sweep.yaml:1: must be a mapping"),
        ("- oak\n", "sweep.yaml:1: must be a mapping"),
        ("evaluations: []\n", "sweep.yaml:1: evaluations: must be a list with at least one"),
        ("evaluations:\n" + "- {models: [a], tasks: [b]}\n" * 201, "lists 201, at most 200"),
        (
            "models: [oak]\ntasks: [a]\ngeneration_kwargs: {a: 1, a: 2}\n",
            "sweep.yaml:3: generation_kwargs: gives a key",
        ),
        ("models: !!python/object/apply:os.getcwd []\ntasks: [a]\n", "sweep.yaml:1: models: could not determine"),
        ("models: [oak]\ntasks: [a]\nlimit: " + "9" * 5000 + "\n", "sweep.yaml:3: limit: "),
        ("models: [oak]\ntasks: [a]\nlimit: " + "[" * 30 + "]" * 30 + "\n", "sweep.yaml:3: is nested more than 20"),
        (b"models: [oak]\ntasks: [\xff]\n", "sweep.yaml:2: is not UTF-8"),
        (b"models: [oak]\ntasks: [a]\x00\n", "sweep.yaml: is no YAML"),
        (b"#" * (2**18 + 1), "has 262145 bytes"),
    ],
)
def test_bad_files_are_refused_with_the_line(text, said):
    assert any(said in told for told in problems(text)), problems(text)


def test_aliases_that_stand_for_billions_are_refused_at_the_first():
    laughs = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [*{chr(97 + i)}, *{chr(97 + i)}]\n" for i in range(20)
    )
    assert problems(laughs) == ["sweep.yaml:1: uses an anchor or alias (a), which a sweep does not take."]


def test_a_billion_cells_are_refused_before_any_is_made():
    names = ", ".join(f"m{i}" for i in range(500))
    shots = ", ".join(map(str, range(10)))
    text = f"models: [{names}]\ntasks: [{names}]\nnum_fewshot: [{shots}]\nseed: [{shots}]\n"
    assert problems(text) == [
        "sweep.yaml:2: tasks: This asks for 25000000 cells; at most 10000 go into one evaluation."
    ]
    many = ", ".join(f"m{i}" for i in range(100))
    text = "evaluations:\n" + f"- {{models: [{many}], tasks: [{many}]}}\n" * 6
    assert problems(text) == ["sweep.yaml: asks for 60000 cells; at most 50000 go into one sweep."]


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))))
def test_any_bytes_are_a_sweep_or_a_clear_error(data):
    with suppress(SweepError):
        assert read_sweep(data)
