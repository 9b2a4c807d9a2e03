"""Write the tasks: `python -m reference.taskdata --seed N --out DIR [--documents N]`.

Each task is a YAML file and two JSONL files, one for the test and one for the shots; a group holds those of choice.
Another seed gives other documents about the same corpus and the same world.
"""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from reference.exercise import Exercise, Kind
from reference.exercises import KINDS

TASK_SEED = 4
DOCUMENTS = 250
SHOTS = 20
PREFIX = "sapling_"
GROUP = "sapling"
VERSION = 1.0
SHIPPED = Path("reference/tasks")


@dataclass(frozen=True)
class Documents:
    """The two splits of a task."""

    test: list[dict[str, Any]]
    shots: list[dict[str, Any]]


def document(exercise: Exercise, rng: Random) -> dict[str, Any]:
    """An exercise as a row, its choices in random order."""
    choices = [exercise.answer, *exercise.distractors]
    rng.shuffle(choices)
    return {"prompt": exercise.prompt, "choices": choices, "answer": choices.index(exercise.answer)}


def different(kind: Kind, rng: Random, count: int, taken: set[str]) -> list[Exercise]:
    """So many exercises of different wording, none of them about what is taken."""
    found: dict[str, Exercise] = {}
    while len(found) < count:
        exercise = kind.question(rng)
        if exercise.key not in taken:
            found.setdefault(exercise.prompt, exercise)
    return list(found.values())


def draw_documents(kind: Kind, seed: int, count: int = DOCUMENTS) -> Documents:
    """The documents of a task; no shot asks what a test document asks."""
    rng = Random(f"{kind.name} {seed}")
    shots = different(kind, rng, SHOTS, taken=set())
    test = different(kind, rng, count, taken={exercise.key for exercise in shots})
    return Documents([document(each, rng) for each in test], [document(each, rng) for each in shots])


def header(name: str, kind: Kind, folder: Path) -> str:
    """What all tasks say: where the data is, and how the prompt is built."""
    return f"""\
# {kind.about[0].upper()}{kind.about[1:]}.
# The paths are relative to where lm-eval is started.
task: {PREFIX}{name}
dataset_path: json
dataset_kwargs:
  data_files:
    test: {folder.as_posix()}/{PREFIX}{kind.name}.jsonl
    shots: {folder.as_posix()}/{PREFIX}{kind.name}.shots.jsonl
test_split: test
fewshot_split: shots
doc_to_text: "{{{{prompt}}}}"
"""


CHOOSING = f"""\
output_type: multiple_choice
doc_to_choice: "{{{{choices}}}}"
doc_to_target: "{{{{answer}}}}"
metric_list:
  - metric: acc
    aggregation: mean
    higher_is_better: true
metadata:
  version: {VERSION}
"""

WRITING = f"""\
output_type: generate_until
doc_to_target: "{{{{choices[answer]}}}}"
generation_kwargs:
  until: ["\\n"]
  max_gen_toks: 6
  do_sample: false
filter_list:
  - name: number
    filter:
      - function: regex
        regex_pattern: "(\\\\d+)"
      - function: take_first
metric_list:
  - metric: exact_match
    aggregation: mean
    higher_is_better: true
metadata:
  version: {VERSION}
"""


def group() -> str:
    """The group of the tasks of choice."""
    members = "".join(f"  - {name}\n" for name in sorted(f"{PREFIX}{kind.name}" for kind in KINDS))
    return f"""\
# What the reference models can do, as one number: the mean over the documents of six tasks of choice.
group: {GROUP}
task:
{members}aggregate_metric_list:
  - metric: acc
    weight_by_size: true
metadata:
  version: {VERSION}
"""


def write_rows(path: Path, rows: list[dict[str, Any]]) -> None:
    """JSON, one row per line."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def write_tasks(out: Path, seed: int, documents: int = DOCUMENTS) -> list[str]:
    """Write the directory of the tasks; their names."""
    out.mkdir(parents=True, exist_ok=True)
    names = []
    for kind in KINDS:
        drawn = draw_documents(kind, seed, documents)
        write_rows(out / f"{PREFIX}{kind.name}.jsonl", drawn.test)
        write_rows(out / f"{PREFIX}{kind.name}.shots.jsonl", drawn.shots)
        variants = {kind.name: CHOOSING} | ({f"{kind.name}_gen": WRITING} if kind.name == "arithmetic" else {})
        for name, body in variants.items():
            path = out / f"{PREFIX}{name}.yaml"
            path.write_text(header(name, kind, out) + body, encoding="utf-8")
            names.append(path.stem)
    (out / f"{GROUP}.yaml").write_text(group(), encoding="utf-8")
    return names


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=TASK_SEED)
    parser.add_argument("--documents", type=int, default=DOCUMENTS, help="test documents of each task")
    parser.add_argument("--out", type=Path, default=SHIPPED, help="also the path that the YAML files give")
    chosen = parser.parse_args()
    print("\n".join(write_tasks(chosen.out, chosen.seed, chosen.documents)))


if __name__ == "__main__":
    main()
