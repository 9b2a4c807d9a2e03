"""What scores are about: a benchmark under its slug, or a task or group that no benchmark of the catalog knows."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q

from evaluation.comparison.scores import ACCURACIES, Subjects

MAIN = "main"
"""In place of a metric's name: the one by which each subject is judged."""
PSEUDO = "pseudo_"
"""What the metrics of masked models begin with where they are not the same quantity."""
LOWER = ("perplexity", "ppl", "bits_per_byte", "byte_perplexity", "ter", "brier_score", "mse", "loss")
# The metric by which a task is judged that no benchmark knows: the first of these that it has.
PREFERRED = ("acc", "exact_match", "f1", "acc_norm", "pass@1", "mcc", "bleu", "rougeL", "word_perplexity")


class SubjectNames(Subjects):
    """Subjects with the questions that a standing asks of them."""

    def __init__(self) -> None:
        super().__init__()
        self._slugs: dict[int | None, str] = {one.pk: slug for slug, one in self.by_slug.items()}

    def called(self, benchmark: str, task: str) -> str:
        """The subject of a score that names this benchmark, if any, and this task."""
        if benchmark:
            return benchmark
        found = self.by_task.get(task)
        return found.slug if found else task

    def called_by(self, benchmark: int | None, task: str) -> str:
        """The same, of a benchmark by its id."""
        return self._slugs[benchmark] if benchmark in self._slugs else self.called("", task)

    def named(self, words: Collection[str]) -> set[str]:
        """Subjects that a reader calls by these words: a slug, or a task's name."""
        return {self.canonical(word) for word in words}

    def canonical(self, word: str) -> str:
        """The subject that a reader calls by this word."""
        return word if word in self.by_slug else self.called("", word)

    def tasks(self, subjects: Collection[str]) -> set[str]:
        """The tasks or groups of these subjects."""
        return {name for subject in subjects if (name := self.task(subject))}

    def condition(self, subjects: Collection[str]) -> Q:
        """The scores that may be of these subjects."""
        known = [self.by_slug[subject].pk for subject in subjects if subject in self.by_slug]
        return Q(benchmark_id__in=known) | Q(task_name__in=self.tasks(subjects))

    @property
    def stamp(self) -> tuple[tuple[str, str, str], ...]:
        """What of the benchmarks decides which rows there are."""
        return tuple((one.slug, one.task_name, one.primary_metric) for one in self.by_slug.values())


def direction(metric: str, told: bool | None) -> bool | None:
    """Whether higher is better: as the score says, else as the metric's name tells; None where neither does."""
    plain = metric.removeprefix(PSEUDO)
    if told is not None:
        return told
    if any(plain == word or plain.endswith(f"_{word}") for word in LOWER):
        return False
    return True if plain in ACCURACIES or plain in PREFERRED else None
