"""What is true of each of the six models before any training: names and facts for the catalog and the cards."""

from dataclasses import dataclass


@dataclass(frozen=True)
class About:
    """One model as the catalog describes it; the objective is a wire key of the hub."""

    slug: str
    name: str
    architecture_family: str
    objective: str
    objective_note: str
    layers: int  # of the encoder where there are two stacks
    auto_class: str
    pipeline: str


ABOUT: dict[str, About] = {
    "bert": About(
        "sapling-bert", "Sapling BERT", "encoder-only", "masked-lm-nsp",
        "whole words masked, answers more often than others; next line or a stranger's",
        3, "AutoModelForMaskedLM", "fill-mask",
    ),
    "roberta": About(
        "sapling-roberta", "Sapling RoBERTa", "encoder-only", "masked-lm",
        "whole words masked, answers more often than others", 3, "AutoModelForMaskedLM", "fill-mask",
    ),
    "gpt2": About(
        "sapling-gpt2", "Sapling GPT-2", "decoder-only", "causal-lm", "learnt positions",
        3, "AutoModelForCausalLM", "text-generation",
    ),
    "llama": About(
        "sapling-llama", "Sapling LLaMA", "decoder-only", "causal-lm", "rotary positions",
        3, "AutoModelForCausalLM", "text-generation",
    ),
    "t5": About(
        "sapling-t5", "Sapling T5", "encoder-decoder", "span-corruption",
        "whole words, answers more often than others; the decoder starts with the first sentinel",
        3, "AutoModelForSeq2SeqLM", "text2text-generation",
    ),
    "bart": About(
        "sapling-bart", "Sapling BART", "encoder-decoder", "denoising",
        "text infilling; the decoder rebuilds the page from the first gap on", 3, "AutoModelForSeq2SeqLM",
        "text2text-generation",
    ),
}  # fmt: skip
