"""Small cards of our own for tests, one for each thing that can be with a card."""

from __future__ import annotations

from pathlib import Path

PLAIN = """---
language: en
license: apache-2.0
tags:
- bert
- arxiv:1810.04805
datasets:
- wikipedia
pipeline_tag: fill-mask
---

# Plain

A card.
"""
WITH_SCORES = """---
license: mit
model-index:
- name: scored
  results:
  - task:
      type: text-generation
    dataset:
      type: hellaswag
      name: HellaSwag (10-Shot)
      split: validation
    metrics:
    - type: acc
      value: 61.2
  - task:
      type: text-generation
    dataset:
      type: wikitext
      name: WikiText
    metrics:
    - type: perplexity
      value: 12.5
---
# Scored
"""
WITHOUT_DATASET = """---
license: mit
model-index:
- name: wrong
  results:
  - task:
      type: text-generation
    metrics:
    - type: acc
      value: 0.9
---
"""
DATASET = """---
language: en
size_categories:
- n<1K
task_categories:
- text-classification
---
# A data set
"""
DATASET_FORM = "---\n{card_data}\n---\n\n# {{ pretty_name | default('Dataset Name', true) }}\n"
MODEL_FORM = "---\n{{card_data}}\n---\n\n# {{ model_name | default('Name', true) }}\n"


def tuned(base: str, *, more: str = "") -> str:
    """A card with a base model."""
    return f"---\nlicense: mit\nbase_model: {base}\n{more}---\n# Tuned\n"


def write(folder: Path, path: str, text: str) -> Path:
    """A file below a folder."""
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8", newline="")
    return file
