"""Why an action was refused."""


class ActionError(Exception):
    """An action that cannot be done now; ``reason`` is a sentence for a person."""

    def __init__(self, reason: str) -> None:
        self.reason = str(reason)
        super().__init__(self.reason)


class NotAllowed(ActionError):  # noqa: N818
    """An action that this person may not do."""


class LeaseLost(Exception):  # noqa: N818
    """The run is another's now: stop the runner and drop the rest."""
