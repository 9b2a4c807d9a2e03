"""Write the model cards from what was trained and measured: `python -m reference.cards`."""

import csv
from typing import Any

import yaml

from reference.catalog import DATA_NOTE, MODELS, parameters, training
from reference.exercises import KINDS
from reference.families import ABOUT, About
from reference.measure import SCORES
from reference.taskdata import PREFIX
from reference.tokenizer import FAMILIES, MAX_LENGTH, VOCABULARY

Row = dict[str, str]


def scores_of(slug: str) -> list[Row]:
    """The measured scores of one model."""
    with SCORES.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["model_slug"] == slug]


def title(row: Row) -> str:
    """A task and its shots, for a reader."""
    return f"{row['task']}, {row['num_fewshot']} shots"


def result(row: Row) -> dict[str, Any]:
    """One score in the form of a model index."""
    return {
        "task": {"type": "text-generation"},
        "dataset": {"type": row["task"], "name": title(row)},
        "metrics": [{"type": row["metric"], "value": float(row["value"]), "name": row["metric"]}],
    }


def metadata(about: About, rows: list[Row]) -> dict[str, Any]:
    """The YAML at the head of a card."""
    return {
        "license": "apache-2.0",
        "language": ["en"],
        "library_name": "transformers",
        "pipeline_tag": about.pipeline,
        "tags": [about.architecture_family, about.objective],
        "model-index": [{"name": about.slug, "results": [result(row) for row in rows]}],
    }


def score_table(rows: list[Row]) -> str:
    """The scores as a table, zero and five shots side by side."""
    scores = {(row["task"], row["num_fewshot"]): f"{row['value']} ± {row['stderr']}" for row in rows}
    metrics = {row["task"]: row["metric"] for row in rows}
    lines = [f"| {task} | {metric} | {scores[task, '0']} | {scores[task, '5']} |" for task, metric in metrics.items()]
    return "\n".join(["| task | metric | 0 shots | 5 shots |", "|---|---|---|---|", *lines])


def special_tokens(name: str) -> str:
    """What the tokenizer puts around a text."""
    template = FAMILIES[name].template
    return f"`{' '.join(template).replace('$A', 'text')}`" if template else "nothing is put around a text"


def card(name: str, about: About) -> str:
    """The whole card."""
    rows, noted = scores_of(about.slug), training(about.slug)
    head = yaml.safe_dump(metadata(about, rows), sort_keys=False, allow_unicode=True)
    note = DATA_NOTE[0].lower() + DATA_NOTE[1:]
    read = f"{int(noted['tokens_seen']):,} tokens, padding not counted, in {int(noted['steps']):,} steps"
    return f"""\
---
{head}---

# {about.name}

A reference model of {parameters(MODELS / about.slug / "model.safetensors"):,} parameters that ships with Arboretum, so
that every page of the hub has something real to show without a network. It knows one generated corpus and nothing else.

| | |
|---|---|
| architecture family | {about.architecture_family} |
| objective | {about.objective} ({about.objective_note}) |
| training data | {note}; {read} |
| vocabulary | {VOCABULARY} ids; all but the special tokens are the same byte-level BPE pieces in all six models |
| template | {special_tokens(name)} |
| longest text | {MAX_LENGTH} tokens |

## Use

```python
from transformers import {about.auto_class}, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("reference/models/{about.slug}")
model = {about.auto_class}.from_pretrained("reference/models/{about.slug}")
```

## Scores

Measured with the hub's runner on the {len(KINDS)} tasks `{PREFIX}*`, with standard errors.

{score_table(rows)}

## Limits

The model has read sentences about a made-up world, sums of two numbers and a few more kinds of lines. It can do nothing
with other text, and is not meant to.
"""


def main() -> None:
    """Write all cards."""
    for name, about in ABOUT.items():
        (MODELS / about.slug / "README.md").write_text(card(name, about), encoding="utf-8")


if __name__ == "__main__":
    main()
