"""The metadata of a Hugging Face card as facts: what it states, and what tags, pipeline and configuration let infer."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _

from modelcards.exchange import families, numbers
from modelcards.exchange import vocabulary as hub
from modelcards.exchange.identity import slug_of
from modelcards.exchange.stating import Stating
from modelcards.fields import REPOSITORY
from modelcards.licences import LICENCES

LANGUAGES = {
    "english": "en", "chinese": "zh", "german": "de", "french": "fr", "spanish": "es", "japanese": "ja",
    "korean": "ko", "russian": "ru", "arabic": "ar", "portuguese": "pt", "italian": "it", "dutch": "nl",
}  # fmt: skip


def state_identity(card: Stating, repo: str, name: str) -> None:
    """Name, repository, and whose repository it is."""
    card.say("name", name[:200], "")
    if repo:
        card.say("hf_repo", repo, "")
    if "/" in repo:
        card.say("organisation", repo.split("/")[0], "", inferred=True)


def state_terms(card: Stating) -> None:
    """Licence, languages, data and papers."""
    _licence(card)
    codes = [LANGUAGES.get(word.lower(), word.lower()) for word in card.words("language")]
    card.say_names("languages", codes, "language", limit=32)
    data = card.words("datasets")
    card.say("training_data_note", _cut(", ".join(data)), "datasets")
    papers = [tag[6:] for tag in card.words("tags") if re.fullmatch(r"arxiv:\d{4}\.\d{4,5}(v\d+)?", tag, re.ASCII)]
    card.say_names("paper", papers, "tags", limit=300)


def state_sizes(card: Stating, config: dict[str, Any]) -> None:
    """Parameters, tokens and layers where the card or its configuration gives the number."""
    for field, keys in (
        ("parameters", hub.PARAMETER_KEYS),
        ("active_parameters", hub.ACTIVE_KEYS),
        ("training_tokens", hub.TOKEN_KEYS),
    ):
        for key in keys:
            _size(card, field, key, card.metadata.values.get(key))
    _size(card, "parameters", "safetensors", _safetensors(card.metadata.values.get("safetensors")))
    _size(card, "parameters", "", config.get("num_parameters"))
    for key in hub.LAYER_KEYS:
        layers = config.get(key)
        if isinstance(layers, int) and not isinstance(layers, bool) and 0 < layers <= 100_000:
            card.say("layers", str(layers), "")


def state_kind(card: Stating, config: dict[str, Any]) -> None:
    """Tasks and modality; family and objective from the configuration, the tags, the pipeline, in this order."""
    pipelines = card.words("pipeline_tag")
    tags = card.words("tags") + card.words("library_name")
    tasks = [*pipelines, *(task for task in map(_task, tags) if task in hub.PIPELINES)]
    card.say_names("suited_tasks", list(dict.fromkeys(tasks)), "pipeline_tag" if pipelines else "tags", limit=80)
    modality = next((hub.OTHER_PIPELINES.get(task, "text") for task in tasks if task in hub.PIPELINES), "")
    card.say("modality", modality, "pipeline_tag" if pipelines else "tags", inferred=True)
    guesses = [families.of_config(config), *map(families.of_type, tags)]
    guesses += [hub_pipeline for task in tasks if (hub_pipeline := families.PIPELINES.get(task))]
    family = next((family for family, _objective in guesses if family), "")
    # An objective counts only with the family that it belongs to: a tag of another model says nothing.
    objective = next((objective for other, objective in guesses if objective and other in (family, "")), "")
    card.say("architecture_family", family, "tags", inferred=True)
    card.say("objective", objective, "tags", inferred=True)


def state_descent(card: Stating) -> str:
    """Base models with the relation, the stage, and the address of a newer version (blank: none)."""
    bases = [base for base in map(_repository, card.words("base_model")) if base]
    for word in card.words("base_model"):
        if not _repository(word):
            card.note("base_model", _("“%(word)s” is no repository id; write owner/name") % {"word": word[:60]})
    tags = {tag.lower() for tag in card.words("tags") + card.words("library_name")}
    if bases:
        card.say("base_model", "; ".join(dict.fromkeys(map(slug_of, bases))), "base_model")
        stated = (card.words("base_model_relation") or [""])[0].lower()
        relation = hub.RELATIONS.get(stated, "")
        if stated and not relation:
            said = {"word": stated[:60], "known": ", ".join(hub.RELATIONS)}
            card.note("base_model_relation", _("“%(word)s” is not known; one of: %(known)s") % said)
        card.say("relation", relation, "base_model_relation")
        card.say("relation", _inferred_relation(tags, len(bases)), "tags", inferred=True)
    stage = next((hub.STAGE_TAGS[tag] for tag in sorted(tags) if tag in hub.STAGE_TAGS), "")
    if bases:
        from_relation = hub.STAGE_OF_RELATION.get(card.facts["relation"].value, "")
        stage = from_relation if from_relation != "finetuned" or not stage else stage
    card.say("stage", stage, "tags", inferred=True)
    newer = _repository((card.words("new_version") or [""])[0])
    return slug_of(newer) if newer else ""


def _licence(card: Stating) -> None:
    stated = [word for word in card.words("license") if word]
    named = (card.words("license_name") or [""])[0]
    identifier = stated[0].lower() if len(stated) == 1 else ""
    if identifier in ("", "other") and named.lower() in LICENCES:
        identifier = named.lower()
    if re.fullmatch(r"[a-z0-9][a-z0-9.+-]*", identifier) and identifier not in ("unknown", "none"):
        card.say("licence_id", identifier[:100], "license")
    known = LICENCES.get(identifier)
    plain = "; ".join(stated)
    card.say("licence", (named or (str(known.name) if known else plain))[:200], "license")


def _size(card: Stating, field: str, key: str, value: Any) -> None:
    if value is None or field in card.facts:
        return
    try:
        card.say(field, str(numbers.size(value)), key)
    except ValueError as error:
        card.note(key, f"“{str(value)[:40]}”: {error}")


def _safetensors(value: Any) -> Any:
    """The number of parameters in a ``safetensors`` mapping, as the hub's own data gives it."""
    if not isinstance(value, dict):
        return None
    return value.get("total")


def _task(tag: str) -> str:
    return re.sub(r"[\s_]+", "-", tag.strip().lower())


def _inferred_relation(tags: set[str], bases: int) -> str:
    """What the hub itself infers, in its order; without a sign it is a fine-tune."""
    if tags & hub.ADAPTER_TAGS:
        return "adapter"
    if tags & hub.QUANTIZED_TAGS:
        return "quantized"
    if tags & hub.MERGE_TAGS or bases > 1:
        return "merge"
    return "finetune"


def _repository(word: str) -> str:
    """A repository id, also out of its address; blank for anything else."""
    plain = re.sub(r"^https?://(www\.)?(huggingface\.co|hf\.co)/", "", word.strip()).strip("/")
    return plain if REPOSITORY.fullmatch(plain) else ""


def _cut(text: str) -> str:
    """At most as long as a note may be, ended where a name ends."""
    if len(text) <= 500:
        return text
    return text[:490].rpartition(",")[0] + ", …"
