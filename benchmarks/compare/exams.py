"""Ten tasks, and what eight models of known ability answer to them. The same seed gives the same answers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Row = dict[str, Any]

SEED = 1
ABILITIES = (0.0, 0.02, 0.04, 0.08, 0.15, 0.3, 0.6, 1.2)
"""Of the eight models. Neighbours differ by less than 10,000 documents show, the first and the last by far more."""
WORDS = (
    "a", "person", "stands", "in", "the", "room", "and", "begins", "to", "talk", "about", "how", "old", "bicycle",
    "wheel", "water", "garden", "paints", "slowly", "camera", "someone", "holds", "up", "small", "green", "paper",
    "before", "they", "turn", "around", "again", "while", "another", "group", "is", "watching", "from", "outside",
)  # fmt: skip


@dataclass(frozen=True)
class Exam:
    """A task: its name in lm-eval's way, how many choices a document has (0: texts are written), and its metrics.

    ``shared``: how many documents are about one passage, on average; 1: each has its own.
    """

    name: str
    metrics: tuple[str, ...]
    choices: int = 4
    shared: int = 1

    @property
    def output_type(self) -> str:
        """As lm-eval calls it."""
        return "multiple_choice" if self.choices else "generate_until"

    @property
    def chance(self) -> float | None:
        """The score of a blind guess."""
        return 1 / self.choices if self.choices else None

    def generator(self, *more: int) -> np.random.Generator:
        """Random numbers of this task alone, or of a model in it."""
        digest = hashlib.sha256(self.name.encode()).digest()
        return np.random.default_rng([SEED, int.from_bytes(digest[:4], "big"), *more])


EXAMS = (
    *(Exam(f"bench_choice_{number}", ("acc", "acc_norm")) for number in range(1, 7)),
    Exam("boolq", ("acc",), choices=2, shared=3),
    Exam("bench_marks", ("score",), choices=0),
    Exam("bench_overlap", ("f1",), choices=0),
    Exam("bench_similarity", ("similarity",), choices=0),
)
MEANS = tuple(exam for exam in EXAMS if not exam.choices)
"""Those whose metric is a mean and no share: tenths, F1 of a few words (fractions of many kinds), any number."""


def slugs() -> list[str]:
    """The models, from the weakest to the strongest."""
    return [f"bench-{chr(ord('a') + place)}" for place in range(len(ABILITIES))]


def asked(exam: Exam, documents: int) -> Iterator[Row]:
    """The rows of the prompts file."""
    rng = exam.generator()
    passages = rng.integers(max(1, documents // exam.shared), size=documents)
    answers = _answers(exam, documents)
    for number in range(documents):
        context = " ".join(rng.choice(WORDS, size=40))
        document = {"ind": number, "ctx": context, "label": int(answers[number])}
        if exam.shared > 1:
            document["passage"] = f"Passage {passages[number]}. " + " ".join(WORDS)
        yield {
            "doc_id": number,
            "doc_hash": _hash(exam, number),
            "document": json.dumps(document),
            "target": str(answers[number]),
            "prompt": f"{exam.name}: {context}",
            "contexts": [],
            "continuations": [f" {' '.join(rng.choice(WORDS, size=12))}" for _choice in range(exam.choices)],
            "options": "" if exam.choices else '{"until": ["\\n"], "max_gen_toks": 32}',
        }


def values(exam: Exam, model: int, documents: int) -> dict[str, Floats]:
    """A model's value of each metric for every document."""
    difficulty = exam.generator().normal(0, 1.5, documents)
    rng = exam.generator(model + 1)
    return {metric: _value(exam, ABILITIES[model] - difficulty, rng) for metric in exam.metrics}


def answered(exam: Exam, model: int, documents: int) -> Iterator[Row]:
    """The rows of a model's outcomes file."""
    found = values(exam, model, documents)
    rng = exam.generator(model + 1, 1)
    likely = _likelihoods(exam, found[exam.metrics[0]] == 1, rng) if exam.choices else None
    for number in range(documents):
        row = likely[number].tolist() if likely is not None else []
        text = [] if exam.choices else [" ".join(rng.choice(WORDS, size=4))]
        yield {
            "doc_id": number,
            "doc_hash": _hash(exam, number),
            "filter": "none",
            "loglikelihoods": row,
            "greedy": [False] * len(row),
            "generated": text,
            "filtered": json.dumps(text or [[value, False] for value in row]),
            "others": "{}",
            **{f"metric.{name}": float(column[number]) for name, column in found.items()},
        }


def _value(exam: Exam, ahead: Floats, rng: np.random.Generator) -> Floats:
    """``ahead``: ability less difficulty, one for each document."""
    felt = ahead + rng.normal(0, 0.7, len(ahead))
    if exam.choices:
        return (felt > 0).astype(float)
    degree = 1 / (1 + np.exp(-felt))
    if exam in MEANS[:2]:
        parts = 10 if exam is MEANS[0] else exam.generator(0).integers(1, 13, len(ahead))
        degree = np.round(degree * parts) / parts
    return degree


def _likelihoods(exam: Exam, right: NDArray[np.bool_], rng: np.random.Generator) -> Floats:
    """Of each choice; the highest is that of the answer where the model is right, else that of the next choice."""
    found = -20 - np.abs(rng.normal(0, 5, (len(right), exam.choices)))
    chosen = (_answers(exam, len(right)) + ~right) % exam.choices
    found[np.arange(len(right)), chosen] = -20 + rng.exponential(2, len(right))
    return found


def _answers(exam: Exam, documents: int) -> NDArray[np.int64]:
    return exam.generator(0, 1).integers(max(2, exam.choices), size=documents)


def _hash(exam: Exam, number: int) -> str:
    return hashlib.sha256(f"{exam.name} {number}".encode()).hexdigest()
