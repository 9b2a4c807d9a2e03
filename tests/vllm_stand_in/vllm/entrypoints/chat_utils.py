"""Where lm-eval finds the chat template in vLLM 0.11."""

from typing import Any


def resolve_hf_chat_template(*, tokenizer: Any, chat_template: str | None, tools: Any, model_config: Any) -> str | None:
    """The tokenizer's own, or none."""
    return chat_template or getattr(tokenizer, "chat_template", None)
