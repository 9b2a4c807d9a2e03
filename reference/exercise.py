"""The one shape that the corpus and the tasks share: a prompt, its right answer and the wrong ones."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Exercise:
    """A line to learn from, or a question to answer.

    `key` names what is asked, so that the split of the shots and the split of the test can be kept apart by content
    where the wording alone would not do (two wordings may ask for one fact).
    """

    prompt: str
    answer: str
    distractors: tuple[str, ...]
    key: str

    @property
    def line(self) -> str:
        """How the exercise stands in the corpus; lm-eval joins prompt and answer the same way."""
        return f"{self.prompt} {self.answer}"


@dataclass(frozen=True)
class Kind:
    """One kind of exercise: lines for a page of the corpus, and questions for a task.

    `page` draws lines that stand together on one page; `question` draws one of a task, which may keep to what the
    corpus never shows.
    """

    name: str
    about: str
    page: Callable[[Random, int], list[Exercise]]
    question: Callable[[Random], Exercise]
