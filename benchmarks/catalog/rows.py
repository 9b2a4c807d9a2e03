"""The rows of a generated catalog, table by table, a chunk of cards at a time. Pure: the same plan, the same rows."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from benchmarks.catalog import vocabulary as v
from benchmarks.catalog.plan import (
    FAMILIES,
    FIRST_DAY,
    LANGUAGES,
    LICENCES,
    MODALITIES,
    OBJECTIVES,
    PEOPLE,
    STAGES,
    make_plan,
)
from benchmarks.catalog.words import CHINESE_NAMES, Codewords, ZipfText
from modelcards import taxonomy, values

CHUNK = 10_000
LEAST_FACTS = 8
CATALOG = "generated"
MADE_AT = "2026-07-01 00:00:00"
Row = tuple[Any, ...]
Rows = dict[str, list[Row]]

# The columns that are made here; further ones of a table get the default that its model states.
COLUMNS = {
    "ModelCard": "id slug name architecture_family objective attention stage parameters active_parameters"
    " training_tokens layers release_date release_precision open_weights licence licence_id hf_repo card_text"
    " visibility owner_id archived_at created_at updated_at",
    "Fact": "id card_id field value source citation confidence chosen chosen_by catalog",
    "ModelCard.organisations": "id modelcard_id organisation_id",
    "ModelCard.languages": "id modelcard_id language_id",
    "ModelCard.modalities": "id modelcard_id modality_id",
    "ModelCard.readers": "id modelcard_id user_id",
    "Publication": "id card_id reference url",
    "Checkpoint": "id card_id repo_id path revision step tokens_seen dtype format sha256 size",
    "Lineage": "id child_id parent_id relation",
    "FormerSlug": "id slug card_id",
    "CardChange": "id card_id who_id by at version before after",
    "evaluation.Score": "id card_id benchmark_id task_name num_fewshot metric filter value stderr n"
    " higher_is_better origin source confidence comparable_key catalog created_at",
}
NAMED = {
    "ModelCard.organisations": "organisation",
    "ModelCard.languages": "language",
    "ModelCard.modalities": "modality",
}


class Names:
    """The names of models, organisations and people of a plan."""

    def __init__(self, cards: int, seed: int) -> None:
        self.models, self.makers = Codewords(2 * cards, seed), Codewords(2 * cards, seed + 7919)

    def organisation(self, rank: int) -> str:
        """The name of an organisation; every seventh is Chinese."""
        word = self.makers[rank].capitalize()
        if rank % 7 == 3:
            return f"{CHINESE_NAMES[rank // 7 % len(CHINESE_NAMES)]}{word}科技"
        return f"{word} {('AI', 'Labs', 'Research', 'University', 'Institute', 'Team')[rank % 6]}"

    def handle(self, rank: int) -> str:
        """The organisation in repository addresses; cards without one belong to a person."""
        return self.makers[rank] if rank >= 0 else "someone"


class Writer:
    """Writes the rows of a plan for empty tables; ``ids`` gives the id of each name that stands already, by kind."""

    def __init__(self, cards: int, seed: int, ids: Mapping[str, Mapping[str, int]]) -> None:
        self.plan, self.seed, self.ids = make_plan(cards, seed), seed, ids
        self.names, self.text = Names(cards, seed), ZipfText(seed)
        self.next = dict.fromkeys(COLUMNS, 1)
        # A parent may lie anywhere in the catalog: what its name is made of is kept for all.
        self.root, self.stage = self.plan.root.tolist(), self.plan.stage.tolist()
        self.parameters = self.plan.parameters.tolist()
        self.languages = [key.split(";") for key in LANGUAGES]

    def chunks(self) -> Iterator[Rows]:
        """The rows of some thousand cards after one another; each names only cards, not rows, of other chunks."""
        for start in range(0, len(self.plan), CHUNK):
            yield self.chunk(start, min(start + CHUNK, len(self.plan)))

    def chunk(self, start: int, end: int) -> Rows:
        rng = np.random.default_rng([self.seed, 2, start])
        columns = {name: values[start:end].tolist() for name, values in vars(self.plan).items()}
        chinese = ["zh" in self.languages[place] for place in columns["languages"]]
        titles = [self.name(number) for number in range(start, end)]
        texts = self.text.texts(rng, titles, self.plan.bytes[start:end], chinese)
        luck = rng.random((end - start, 4)).tolist()
        rows: Rows = {table: [] for table in COLUMNS}
        for place, number in enumerate(range(start, end)):
            card = {name: values[place] for name, values in columns.items()}
            self.card(rows, number, card, titles[place], texts[place], luck[place])
        return rows

    def add(self, rows: Rows, table: str, *row: Any) -> None:
        number = self.next[table]
        self.next[table] = number + 1
        rows[table].append((number, *row))

    def name(self, number: int) -> str:
        """The model's name: its root's word, its own word, size and stage."""
        own, root, stage = self.names.models[number].capitalize(), self.root[number], STAGES[self.stage[number]]
        size = values.format_size(self.parameters[root] or None)
        if root != number:
            parts = [self.names.models[root].capitalize(), size, own, v.SUFFIX[stage]]
            return "-".join(part for part in parts if part)
        name = f"{own} {size}".strip()
        return f"{CHINESE_NAMES[number % 10]} {name}" if self.is_chinese(number) else name

    def is_chinese(self, number: int) -> bool:
        """Whether the model is named in Chinese beside its other name."""
        return LANGUAGES[int(self.plan.languages[number])].startswith("zh")

    def slug(self, number: int) -> str:
        """The name in addresses: its ASCII words."""
        words = "".join(letter if letter.isascii() else "" for letter in self.name(number)).split()
        return "-".join(words).lower()

    def card(self, rows: Rows, number: int, card: dict[str, Any], name: str, text: str, luck: list[float]) -> None:
        """All rows of one card."""
        pk, slug = 1 + number, self.slug(number)
        stated = self.stated(number, card, name, slug)
        self.facts(rows, pk, stated, card, slug, luck)
        rows["ModelCard"].append(self.columns(pk, slug, card, stated, text))
        for table, field in NAMED.items():
            key = {"language": "languages"}.get(field, field)
            for one in stated[key].split(";") if key in stated else ():
                self.add(rows, table, pk, self.ids[field][one.strip()])
        if card["visibility"] == 2:
            for reader in {int(luck[1] * PEOPLE), int(luck[2] * PEOPLE)}:
                self.add(rows, "ModelCard.readers", pk, self.ids["person"][f"reader-{reader}"])
        if "paper" in stated:
            reference = stated["paper"]
            self.add(rows, "Publication", pk, f"arXiv:{reference}", f"https://arxiv.org/abs/{reference}")
        for parent in (card["parent"], card["second_parent"]):
            if parent >= 0:
                self.add(rows, "Lineage", pk, 1 + parent, stated["relation"])
        if card["former"]:
            self.add(rows, "FormerSlug", f"{slug}-preview", pk)
        self.checkpoints(rows, pk, card, stated)
        self.scores(rows, pk, card, luck)
        after = json.dumps(stated, ensure_ascii=False)
        self.add(rows, "CardChange", pk, None, "generate", MADE_AT, 1, "{}", after)

    def stated(self, number: int, card: dict[str, Any], name: str, slug: str) -> dict[str, str]:
        """Field to the text of the chosen fact; at least ``LEAST_FACTS`` of them."""
        licence, licence_id = LICENCES[card["licence"]]
        date = FIRST_DAY + datetime.timedelta(days=card["day"])
        makers = [rank for rank in (card["organisation"], card["second_organisation"]) if rank >= 0]
        parents = [parent for parent in (card["parent"], card["second_parent"]) if parent >= 0]
        family = FAMILIES[card["family"]]
        facts = {
            "name": name,
            "organisation": "; ".join(self.names.organisation(rank) for rank in makers),
            "release_date": date.isoformat()[: (10, 7, 4, 0)[card["precision"]]],
            "architecture_family": family,
            "objective": OBJECTIVES[card["objective"]],
            "attention": attention(family, card["attention"]),
            "stage": STAGES[card["stage"]],
            "parameters": size(card["parameters"]),
            "active_parameters": size(card["active"]),
            "training_tokens": size(card["tokens"]),
            "layers": str(card["layers"] or ""),
            "languages": LANGUAGES[card["languages"]],
            "modality": MODALITIES[card["modality"]],
            "base_model": "; ".join(map(self.slug, parents)),
            "relation": v.RELATION[STAGES[card["stage"]]] if parents else "",
            "open_weights": {1: "yes", 0: "no"}.get(card["open_weights"], ""),
            "licence": licence,
            "licence_id": licence_id,
            "hf_repo": f"{self.names.handle(card['organisation'])}/{slug}" if card["repository"] else "",
            "paper": f"{date:%y%m}.{number % 100_000:05d}" if card["paper"] else "",
        }
        stated = {field: value for field, value in facts.items() if value}
        for field, value in v.NOTES.items():
            if len(stated) < LEAST_FACTS or hash_of(number, field) < 20:
                stated[field] = value
        if len(stated) < LEAST_FACTS or number % 6 == 0:
            stated["suited_tasks"] = v.TASKS[number % len(v.TASKS)]
        return stated

    def facts(
        self, rows: Rows, pk: int, stated: dict[str, str], card: dict[str, Any], slug: str, luck: list[float]
    ) -> None:
        """The chosen facts with their sources, and of some cards what another source says instead."""
        repository, paper = stated.get("hf_repo"), stated.get("paper")
        page = (f"Hugging Face: {repository}", f"https://huggingface.co/{repository}")
        article = (f"arXiv:{paper}", f"https://arxiv.org/abs/{paper}")
        words = (f"model card of {slug}", "")
        first = page if repository else article if paper else words
        for field, value in stated.items():
            source, citation = article if paper and field in FROM_PAPER else first
            confidence = "inferred" if field in INFERRED and luck[0] < 0.3 else "unchecked"
            self.add(rows, "Fact", pk, field, value, source, citation, confidence, True, "", CATALOG)
        if luck[3] < 0.1 and card["parameters"]:
            other = size(max(1, card["parameters"] * 97 // 100))
            self.add(rows, "Fact", pk, "parameters", other, "leaderboard entry", "", "unchecked", False, "", CATALOG)

    def columns(self, pk: int, slug: str, card: dict[str, Any], stated: dict[str, str], text: str) -> Row:
        """The card's own row: a projection of what is stated."""
        precision = ("day", "month", "year", "day")[card["precision"]]
        date = (stated["release_date"] + "-01-01")[:10] if "release_date" in stated else None
        family = stated.get("architecture_family", "")
        private = card["visibility"] == 2
        return (
            pk,
            slug,
            stated["name"],
            family,
            stated.get("objective", ""),
            stated.get("attention", "") or taxonomy.family_attention(family),
            stated.get("stage", ""),
            card["parameters"] or None,
            card["active"] or None,
            card["tokens"] or None,
            card["layers"] or None,
            date,
            precision,
            {1: True, 0: False}.get(card["open_weights"]),
            stated.get("licence", ""),
            stated.get("licence_id", ""),
            stated.get("hf_repo", ""),
            text,
            ("public", "internal", "restricted")[card["visibility"]],
            self.ids["person"][f"reader-{pk % PEOPLE}"] if private else None,
            MADE_AT if card["archived"] else None,
            MADE_AT,
            MADE_AT,
        )

    def checkpoints(self, rows: Rows, pk: int, card: dict[str, Any], stated: dict[str, str]) -> None:
        """The weights at the repository: one revision, or one for each of some training steps."""
        if "hf_repo" not in stated or not card["checkpoints"]:
            return
        last = card["tokens"] or 10**9
        for step in range(1, card["checkpoints"] + 1):
            several = card["checkpoints"] > 1
            revision = f"step{step * 1000}" if several and step < card["checkpoints"] else "main"
            seen = last * step // card["checkpoints"] if several else None
            number = step * 1000 if several else None
            self.add(
                rows,
                "Checkpoint",
                pk,
                stated["hf_repo"],
                "",
                revision,
                number,
                seen,
                "bfloat16",
                "safetensors",
                "",
                None,
            )

    def scores(self, rows: Rows, pk: int, card: dict[str, Any], luck: list[float]) -> None:
        """Published scores that rise with size, each on another benchmark."""
        skill = min(1.0, max(0.0, (len(str(card["parameters"] or 10**8)) - 6) / 7 * 0.6 + 0.4 * luck[2]))
        for number in range(card["scores"]):
            slug, _name, metric, chance = v.BENCHMARKS[(pk + number) % len(v.BENCHMARKS)]
            value = round(chance + (0.97 - chance) * skill * (0.7 + 0.3 * luck[number % 4]), 4)
            benchmark = self.ids["benchmark"][slug]
            settings = ("", (0, 5)[number % 2], metric, "", value, None, None, True)
            self.add(
                rows,
                "evaluation.Score",
                pk,
                benchmark,
                *settings,
                "published",
                SCORED,
                "unchecked",
                "",
                CATALOG,
                MADE_AT,
            )


SCORED = "the model's own card"
FROM_PAPER = ("training_tokens", "objective", "layers", "release_date", "training_data_note", "training_note", "paper")
INFERRED = ("architecture_family", "objective", "attention")


def size(number: int) -> str:
    """A size as people write it where that says all of it (6.7B), else every digit; blank for 0."""
    if not number:
        return ""
    short = values.format_size(number)
    return short if values.parse_size(short) == number else str(number)


def attention(family: str, how: int) -> str:
    """The attention that a card states itself; blank: it is left to the family."""
    usual = taxonomy.family_attention(family)
    if not usual or how == 0:
        return ""
    return usual if how == 1 else v.OTHER_ATTENTION.get(family, usual)


def hash_of(number: int, field: str) -> int:
    """0 to 99, the same in every process."""
    return (number * 2_654_435_761 + len(field) * 40_503) % 4_294_967_296 // 65_536 % 100
