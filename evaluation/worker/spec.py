"""From rows to what the runner is told."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from evaluation.actions import Lease
from evaluation.checkpoints import local_directory
from evaluation.core.answers import FILE
from evaluation.core.protocol import CellSpec, ModelSpec, RunSpec
from evaluation.core.request import backend_of
from evaluation.endpoints import endpoint_of, served_model
from evaluation.files import weights_ledger
from evaluation.models import Cell, Run


def run_label(lease: Lease) -> str:
    """The run's name on the wire; another attempt has another one."""
    return f"{lease.run}.{lease.attempt}"


def run_spec(lease: Lease, run: Run, cells: list[Cell], device: str, out: Path) -> RunSpec:
    """What to score. Raises ``CheckpointError`` when the checkpoint does not lie on this node."""
    tasks = [cell.task for cell in cells]
    together = list(run.devices.order_by("pk").values_list("name", flat=True)) if run.width > 1 else []
    return RunSpec(
        run=run_label(lease),
        model=_model(run, cells),
        cells=[_cell(cell) for cell in cells],
        out=str(out),
        device=device,
        devices=together if len(together) > 1 else [],
        batch_size=run.batch_size,
        task_dirs=[str(folder) for folder in settings.HUB_TASK_DIRS if Path(folder).is_dir()],
        python_task_dirs=[str(folder) for folder in settings.HUB_PYTHON_TASK_DIRS],
        allow_generated_code=settings.HUB_ALLOW_GENERATED_CODE and any(task.runs_code for task in tasks),
        answers=str(Path(settings.HUB_CACHE_DIR) / FILE) if settings.HUB_ANSWERS_MB else "",
        answers_bytes=settings.HUB_ANSWERS_MB * 2**20,
        lease_seconds=float(settings.RUN_LEASE_SECONDS),
    )


def _model(run: Run, cells: list[Cell]) -> ModelSpec:
    checkpoint = run.checkpoint
    if endpoint := endpoint_of(checkpoint):
        return served_model(endpoint, cells[0].settings["dtype"])
    return ModelSpec(
        architecture_family=checkpoint.card.architecture_family,
        path="" if checkpoint.repo_id else str(local_directory(checkpoint)),
        repo_id=checkpoint.repo_id,
        revision=checkpoint.revision,
        dtype=cells[0].settings["dtype"],
        sha256=checkpoint.sha256,
        weights=str(weights_ledger()),
        weights_bytes=settings.HUB_WEIGHTS_GB * 2**30,
        backend=backend_of(cells[0].settings),
    )


def _cell(cell: Cell) -> CellSpec:
    asked = cell.settings
    return CellSpec(
        cell=str(cell.pk),
        task=cell.task.name,
        num_fewshot=cell.num_fewshot,
        limit=asked["limit"],
        seed=asked["seed"],
        chat_template=asked["chat_template"],
        system_instruction=asked["system_instruction"],
        generation_kwargs=asked["generation_kwargs"],
        fresh=fresh(cell),
    )


def fresh(cell: Cell) -> str:
    """A cell that is measured again uses only answers of its own earlier attempts: this name tells them apart."""
    return f"cell {cell.pk} of {cell.created_at.isoformat()}" if cell.generation else ""
