"""The nouns of evaluation. Declarative only: named reads are in ``querysets``, writes in ``actions``."""

from evaluation.models.attempt import Attempt
from evaluation.models.audit import AuditEntry
from evaluation.models.benchmark import Benchmark, Task
from evaluation.models.cell import Cell, CellState
from evaluation.models.claim import Claim
from evaluation.models.endpoint import Endpoint
from evaluation.models.evaluation import Evaluation, EvaluationCell
from evaluation.models.imported import ImportedCell, NameRule, ResultFile, ResultImport, ResultImportLine, StatedModel
from evaluation.models.lack import Lack
from evaluation.models.node import Device, DeviceUse, Node
from evaluation.models.notice import Delivery, DeliveryState, MailChoice, Occasion, Webhook
from evaluation.models.run import Run, RunState
from evaluation.models.samples import PromptSet, SampleSet
from evaluation.models.score import Origin, Score

__all__ = [
    "Attempt",
    "AuditEntry",
    "Benchmark",
    "Cell",
    "CellState",
    "Claim",
    "Delivery",
    "DeliveryState",
    "Device",
    "DeviceUse",
    "Endpoint",
    "Evaluation",
    "EvaluationCell",
    "ImportedCell",
    "Lack",
    "MailChoice",
    "NameRule",
    "Node",
    "Occasion",
    "Origin",
    "PromptSet",
    "ResultFile",
    "ResultImport",
    "ResultImportLine",
    "Run",
    "RunState",
    "SampleSet",
    "Score",
    "StatedModel",
    "Task",
    "Webhook",
]
