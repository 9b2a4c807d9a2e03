"""Where lm-eval finds the tokenizer."""

from typing import Any


def get_tokenizer(name: str, *, tokenizer_mode: str, trust_remote_code: bool, revision: str | None, **how: Any) -> Any:
    """As transformers reads it."""
    import transformers

    return transformers.AutoTokenizer.from_pretrained(name, revision=revision or "main", **how)
