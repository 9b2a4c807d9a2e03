"""A site with models that can be measured, as far as a light process can tell."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from evaluation.core.request import EvaluationRequest
from evaluation.models import Run
from modelcards.models import Checkpoint
from tests.checkpoint_files import write_checkpoint
from tests.factories import make_card, make_checkpoint


@pytest.fixture
def runnable(settings, tmp_path: Path, db) -> Callable[..., Checkpoint]:
    """Makes a card whose checkpoint directory is whole: ``runnable("oak", family="encoder-only")``."""
    settings.HUB_CHECKPOINT_DIRS = [tmp_path]

    def make(slug: str, family: str = "decoder-only", parameters: int = 1000, **fields) -> Checkpoint:
        write_checkpoint(tmp_path / slug, family, parameters)
        card = make_card(slug, architecture_family=family, **fields)
        return make_checkpoint(card, path=slug)

    return make


@pytest.fixture
def ask() -> Callable[..., EvaluationRequest]:
    """A request: ``ask("oak", "birch", tasks=["agreement"])``."""

    def make(*models: str, tasks: list[str], **fields) -> EvaluationRequest:
        return EvaluationRequest.from_json({"models": list(models), "tasks": tasks, **fields})

    return make


@pytest.fixture(autouse=True)
def woken(monkeypatch) -> list[int]:
    """Wake-ups that were sent, without a Redis."""
    sent: list[int] = []

    def wake(count: int = 1, runs: Sequence[Run] = ()) -> bool:
        sent.append(len(runs) or count)
        return True

    for module in ("submit", "retry"):
        monkeypatch.setattr(f"evaluation.actions.{module}.wake", wake)
    return sent
