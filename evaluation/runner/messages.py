"""A digest of what the model was told, before any chat template: the same for every model that was told the same."""

from __future__ import annotations

from typing import Any

from evaluation.core.comparable import Digest
from evaluation.runner.pulse import Pulse


class MessageLog:
    """Listens to a task while it builds its prompts.

    lm-eval puts every prompt together from turns (``build_qa_turn``); a chat template only joins them differently.
    Tasks that are Python classes of their own build no turns: for them the prompts themselves are digested.
    """

    def __init__(self, task: Any, pulse: Pulse) -> None:
        self._turns = Digest()
        self._task = task
        self._listens = hasattr(task, "build_qa_turn")
        context = task.fewshot_context

        def context_and_beat(*positional: Any, **named: Any) -> Any:
            pulse.beat()
            self._turns.add(["document", named.get("system_instruction")])
            return context(*positional, **named)

        task.fewshot_context = context_and_beat
        if self._listens:
            self._listen(task)

    def _listen(self, task: Any) -> None:
        turn = task.build_qa_turn

        def turn_and_note(**named: Any) -> Any:
            messages = turn(**named)
            self._turns.add([[message.role, message.content] for message in messages])
            return messages

        task.build_qa_turn = turn_and_note

    def digest(self, answer: dict[str, Any]) -> str:
        """SHA-256 over the turns of all documents; ``answer`` is what lm-eval's ``evaluate`` returned."""
        if not self._listens:
            for sample in answer["samples"][self._task.task_name]:
                self._turns.add([arguments[0] for arguments in sample["arguments"]])
        return self._turns.hexdigest()
