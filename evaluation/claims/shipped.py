"""The claims that ship: sentences of the papers that the published scores are from. Slugs are stable addresses."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_noop

from evaluation.claims.query import BETTER, CLEARLY, COMPETITIVE, GAINS, LARGER, PAR, ClaimQuery


@dataclass(frozen=True)
class Shipped:
    """A claim that ships; its sentence is translated where it is shown."""

    slug: str
    sentence: str
    source: str
    query: ClaimQuery


SHIPPED = (
    Shipped(
        "llama-13b-beats-gpt-3",
        gettext_noop("LLaMA-13B beats GPT-3 175B on most benchmarks."),
        "Touvron et al. 2023, arXiv:2302.13971, abstract",
        # Values of other re-runs are normalised otherwise; the sentence is about the tables of these papers.
        ClaimQuery(BETTER, "llama-13b", ("gpt-3-175b",), sources=("2302.13971", "2005.14165")),
    ),
    Shipped(
        "llama-65b-is-competitive",
        gettext_noop("LLaMA-65B is competitive with Chinchilla-70B and PaLM-540B."),
        "Touvron et al. 2023, arXiv:2302.13971, abstract",
        ClaimQuery(COMPETITIVE, "llama-65b", ("chinchilla-70b", "palm-540b"), margin=0.02),
    ),
    Shipped(
        "glm-130b-is-clearly-better-than-gpt-3",
        gettext_noop("GLM-130B is clearly better than GPT-3 175B on English benchmarks."),
        "Zeng et al. 2022, arXiv:2210.02414, abstract",
        ClaimQuery(CLEARLY, "glm-130b", ("gpt-3-175b",), language="en"),
    ),
    Shipped(
        "alpaca-7b-is-on-a-par-with-text-davinci-003",
        gettext_noop("Alpaca-7B is on a par with text-davinci-003."),
        "Taori et al. 2023, crfm.stanford.edu/2023/03/13/alpaca.html (by blind comparison of answers)",
        ClaimQuery(PAR, "alpaca-7b", ("text-davinci-003",), margin=0.02),
    ),
    Shipped(
        "few-shot-gains-grow-with-size",
        gettext_noop("In GPT-3, what examples in the prompt add grows with the size of the model."),
        "Brown et al. 2020, arXiv:2005.14165, Section 3 and Figure 1.3",
        ClaimQuery(GAINS, series=("GPT-3",), sources=("2005.14165",)),
    ),
    Shipped(
        "larger-is-better-within-a-family",
        gettext_noop("Within a family of models, larger is better."),
        "Kaplan et al. 2020, arXiv:2001.08361; Hoffmann et al. 2022, arXiv:2203.15556",
        ClaimQuery(LARGER, share=0.75),
    ),
)
