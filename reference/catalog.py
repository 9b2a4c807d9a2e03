"""Write the catalog rows of the trained models: `python -m reference.catalog`.

Everything is read from the checkpoints as they lie in the repository, so that no figure can drift from its file.
"""

import csv
import hashlib
import json
import math
from pathlib import Path
from typing import Any

from reference.exercises import KINDS
from reference.families import ABOUT, About
from reference.taskdata import PREFIX as TASK_PREFIX

ROOT = Path(__file__).parent
MODELS, FACTS = ROOT / "models", ROOT / "facts"
RELEASE_DATE = "2026-11-23"
DATA_NOTE = "Generated pages of six kinds of exercise; the same pages for all six models"
MODEL_COLUMNS = [
    "slug", "name", "organisation", "release_date", "architecture_family", "objective", "objective_note",
    "stage", "parameters", "training_tokens", "layers", "training_data_note", "languages", "language_note",
    "modality", "base_model", "relation", "open_weights", "licence", "licence_id", "paper", "hf_repo",
    "hf_repo_note", "confidence",
]  # fmt: skip
CHECKPOINT_COLUMNS = ("model_slug", "path", "revision", "step", "tokens_seen", "dtype", "format", "sha256")
BENCHMARK_COLUMNS = ("benchmark", "name", "lm_eval_task", "primary_metric", "chance", "languages", "rows")
TITLES = {
    "agreement": "Agreement of verb and subject",
    "ordering": "Ordering",
    "arithmetic": "Short arithmetic",
    "cloze": "Cloze over a small world",
    "facts": "Facts asked directly",
    "rules": "Rule recognition",
}


def tensors(weights: Path) -> dict[str, Any]:
    """The header of a safetensors file: name to dtype and shape."""
    with weights.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header: dict[str, Any] = json.loads(file.read(length))
    return {name: tensor for name, tensor in header.items() if name != "__metadata__"}


def parameters(weights: Path) -> int:
    """How many numbers the file holds; shared ones are stored once and count once."""
    return sum(math.prod(tensor["shape"]) for tensor in tensors(weights).values())


def sha256(path: Path) -> str:
    """The hash of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def training(slug: str) -> dict[str, str]:
    """What the training run noted: tokens, steps, seed, minutes."""
    with (ROOT / "training.csv").open(encoding="utf-8", newline="") as file:
        return next(row for row in csv.DictReader(file) if row["model_slug"] == slug)


def model_row(about: About) -> dict[str, Any]:
    """One row of models.csv."""
    return {
        "slug": about.slug, "name": about.name, "organisation": "Arboretum", "release_date": RELEASE_DATE,
        "architecture_family": about.architecture_family, "objective": about.objective,
        "objective_note": about.objective_note, "stage": "base",
        "parameters": parameters(MODELS / about.slug / "model.safetensors"),
        "training_tokens": training(about.slug)["tokens_seen"], "layers": about.layers,
        "training_data_note": DATA_NOTE, "languages": "en", "modality": "text", "open_weights": "yes",
        "licence": "Apache-2.0", "licence_id": "apache-2.0", "paper": "reference/README.md", "confidence": "checked",
    }  # fmt: skip


def checkpoint_row(about: About) -> dict[str, Any]:
    """One row of checkpoints.csv."""
    noted = training(about.slug)
    return {
        "model_slug": about.slug, "path": f"reference/models/{about.slug}", "revision": "main",
        "step": noted["steps"], "tokens_seen": noted["tokens_seen"], "dtype": "float32", "format": "safetensors",
        "sha256": sha256(MODELS / about.slug / "model.safetensors"),
    }  # fmt: skip


def benchmark_rows() -> list[dict[str, Any]]:
    """The tasks as benchmarks; nothing is published about them."""
    return [
        {
            "benchmark": f"{TASK_PREFIX}{kind.name}", "name": TITLES[kind.name],
            "lm_eval_task": f"{TASK_PREFIX}{kind.name}", "primary_metric": "acc",
            "chance": 0.5 if kind.name == "agreement" else 0.25, "languages": "en", "rows": 0,
        }
        for kind in KINDS
    ]  # fmt: skip


def write_csv(path: Path, columns: list[str] | tuple[str, ...], rows: list[dict[str, Any]]) -> None:
    """A CSV with a header; a column that a row lacks stays empty."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    """Write the three tables."""
    write_csv(FACTS / "models.csv", MODEL_COLUMNS, [model_row(about) for about in ABOUT.values()])
    write_csv(FACTS / "checkpoints.csv", CHECKPOINT_COLUMNS, [checkpoint_row(about) for about in ABOUT.values()])
    write_csv(FACTS / "benchmarks.csv", BENCHMARK_COLUMNS, benchmark_rows())


if __name__ == "__main__":
    main()
