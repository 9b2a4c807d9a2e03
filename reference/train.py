"""Train the six reference models again: `python -m reference.train --out DIR`.

With `--only NAME` and `--threads 1`, two of them at once use two cores better than one after the other does.
"""

import argparse
import csv
import random
import time
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch.nn import Parameter
from transformers import PreTrainedModel, PreTrainedTokenizerFast

from reference.architectures import ARCHITECTURES
from reference.corpus import CORPUS_SEED
from reference.families import ABOUT
from reference.objectives import loss_of
from reference.reading import batches, size
from reference.tokenizer import FAMILIES, MAX_LENGTH, train_tokenizers

TOKENS = 4_500_000
WARM_UP, COOL_DOWN = 0.02, 0.6
# Rates of Muon and of AdamW. BERT, RoBERTa and BART normalise after each layer and stall at higher ones; T5 does not
# scale its attention, so a step on its queries weighs more, and its embeddings start fifty times larger than GPT-2's.
RATES = {
    "bert": (0.006, 0.001),
    "roberta": (0.006, 0.001),
    "gpt2": (0.02, 0.003),
    "llama": (0.02, 0.003),
    "t5": (0.005, 0.01),
    "bart": (0.006, 0.001),
}


def share_of_rate(done: float) -> float:
    """The learning rate over the run as a share of its peak: up, level, down to nothing."""
    return min(1.0, (done + 0.001) / WARM_UP, (1 - done) / COOL_DOWN)


def optimizers(name: str, model: PreTrainedModel) -> list[torch.optim.Optimizer]:
    """Muon for the matrices inside, which learns them in about half the tokens; AdamW for embeddings and the rest."""
    embeddings = {id(module.weight) for module in model.modules() if isinstance(module, torch.nn.Embedding)}
    inside: list[Parameter] = []
    others: list[Parameter] = []
    for parameter in model.parameters():
        (inside if parameter.ndim == 2 and id(parameter) not in embeddings else others).append(parameter)
    muon_rate, adam_rate = RATES[name]
    return [
        torch.optim.Muon(inside, lr=muon_rate, weight_decay=0.01, momentum=0.95),
        torch.optim.AdamW(others, lr=adam_rate, weight_decay=0.0, betas=(0.9, 0.98), fused=True),
    ]


def fit(name: str, model: PreTrainedModel, tokenizer: Tokenizer, seed: int, tokens: int) -> tuple[int, int]:
    """Read the corpus once; the number of real tokens read, and of steps."""
    loss_function, rng, start = loss_of(name), random.Random(seed + 2), time.monotonic()
    steppers = optimizers(name, model)
    peaks = [stepper.param_groups[0]["lr"] for stepper in steppers]
    read, step, recent = 0, 0, 0.0
    model.train()
    for step, batch in enumerate(batches(tokenizer, seed, tokens), 1):
        for stepper, peak in zip(steppers, peaks, strict=True):
            stepper.param_groups[0]["lr"] = peak * share_of_rate(read / tokens)
        loss = loss_function(model, batch, rng)
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for stepper in steppers:
            stepper.step()
            stepper.zero_grad()
        read += size(batch)
        recent += (loss.item() - recent) * max(0.02, 1 / step)
        if step % 200 == 0:
            speed = read / (time.monotonic() - start)
            print(f"{name} step {step} tokens {read:,} of {tokens:,} loss {recent:.3f} ({speed:,.0f}/s)", flush=True)
    return read, step


def as_pretrained(name: str, tokenizer: Tokenizer) -> PreTrainedTokenizerFast:
    """The tokenizer as transformers saves and loads it."""
    family = FAMILIES[name]
    inputs = ["input_ids", "token_type_ids", "attention_mask"] if name == "bert" else ["input_ids", "attention_mask"]
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, model_max_length=MAX_LENGTH, model_input_names=inputs,
        clean_up_tokenization_spaces=False, **family.names,
    )  # fmt: skip


def note(out: Path, row: dict[str, str | int]) -> None:
    """Add a row to the notes of the run, which lie beside the checkpoints."""
    path = out / "training.csv"
    is_new = not path.exists()
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(row), lineterminator="\n")
        if is_new:
            writer.writeheader()
        writer.writerow(row)


def train_one(name: str, seed: int, tokens: int, out: Path) -> None:
    """Train one model and write its checkpoint."""
    torch.manual_seed(seed)
    tokenizer = train_tokenizers(seed)[name]
    model = ARCHITECTURES[name]()
    began = time.monotonic()
    read, steps = fit(name, model, tokenizer, seed, tokens)
    slug = ABOUT[name].slug
    model.train(False).save_pretrained(out / slug)
    as_pretrained(name, tokenizer).save_pretrained(out / slug)
    minutes = round((time.monotonic() - began) / 60)
    note(out, {"model_slug": slug, "seed": seed, "tokens_seen": read, "steps": steps, "minutes": minutes})
    print(f"{slug} done: {read:,} tokens in {steps:,} steps, {minutes} minutes", flush=True)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=sorted(ARCHITECTURES), help="one model instead of all six")
    parser.add_argument("--seed", type=int, default=CORPUS_SEED)
    parser.add_argument("--tokens", type=int, default=TOKENS, help="real tokens that each model reads")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path, required=True)
    return parser.parse_args()


def main() -> None:
    """Train what the command line asks for."""
    chosen = arguments()
    torch.set_num_threads(chosen.threads)
    for name in [chosen.only] if chosen.only else list(ARCHITECTURES):
        train_one(name, chosen.seed, chosen.tokens, chosen.out)


if __name__ == "__main__":
    main()
