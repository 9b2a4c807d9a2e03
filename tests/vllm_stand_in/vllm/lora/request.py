"""Where lm-eval imports it from."""


class LoRARequest:
    """Never made here."""
