"""The six models with random weights, as a baseline: `python -m reference.untrained --out DIR`."""

import argparse
from pathlib import Path

import torch
from transformers import AutoTokenizer

from reference.architectures import ARCHITECTURES
from reference.catalog import MODELS
from reference.families import ABOUT


def main() -> None:
    """Write the checkpoints, each with the shipped tokenizer of its family."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    chosen = parser.parse_args()
    for name, about in ABOUT.items():
        torch.manual_seed(chosen.seed)
        ARCHITECTURES[name]().train(False).save_pretrained(chosen.out / about.slug)
        AutoTokenizer.from_pretrained(MODELS / about.slug).save_pretrained(chosen.out / about.slug)


if __name__ == "__main__":
    main()
