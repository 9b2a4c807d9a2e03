"""Models behind an OpenAI-compatible address, as lm-eval's ``local-completions`` and ``local-chat-completions``."""
