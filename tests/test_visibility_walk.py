"""Every address of the site, asked by everybody: a restricted card shows itself to its owner and named people alone.

The walk takes the addresses from the URL configuration, so that a new page is in it without anybody's doing.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow.parquet as parquet
import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import URLResolver, get_resolver
from django.utils import timezone

from evaluation.files import log_file
from evaluation.models import (
    Attempt,
    Claim,
    Evaluation,
    NameRule,
    PromptSet,
    ResultImport,
    ResultImportLine,
    SampleSet,
    StatedModel,
)
from modelcards.fields import FIELDS
from modelcards.models import (
    CardChange,
    CardImport,
    CardImportLine,
    Fact,
    FormerSlug,
    Lineage,
    ModelCard,
    Organisation,
    SavedSearch,
)
from tests.factories import (
    make_card,
    make_cell,
    make_checkpoint,
    make_delivery,
    make_device,
    make_endpoint,
    make_evaluation,
    make_run,
    make_score,
    make_task,
    make_webhook,
)

pytestmark = pytest.mark.django_db

# Words of the hidden rows. The slug is not among them where a reader's own question is shown back: see ``leaks``.
SECRETS = ("Quince Hidden", "Quince House", "quince-fact", "quince-log", "quince-note", "quince-hidden@main")
SLUG = "quince-hidden"
FORMER = "quince-before"
# Nothing asked; and every name under which pages and API take a model or a search, all at once.
QUERIES = (
    "",
    f"search=quince&find=quince&models={SLUG},open-oak&metrics=all&model={SLUG}&chosen={SLUG}&page_size=100&show=all",
)
# Ways of the tree to name a card and what is known of it.
TREE = [
    "colour=score&task=agreement&shots=0&show=all",
    f"focus={SLUG}&open={SLUG}&show=series",
    "view=list&show=all&size=parameters&until=2024",
    "organisation=quince-house&show=all",
]
# What some addresses take beside.
FURTHER = {
    "/models/export/": [f"format={name}" for name in ("csv", "json", "parquet", "cards")],
    "/claims/": ["format=csv", "format=json"],
    "/models/suggest/": [f"field={name}&q=quince" for name in FIELDS],
    "/models/": ["view=cards", "view=scatter", "sort=organisation&columns=organisation,licence", "search=before"],
    "/api/v1/models": ["facets=all", "cursor=*&page_size=1", "sort=-release_date&facets=organisation"],
    "/api/v1/tree": ["show=all", *TREE],
    "/tree/": TREE,
}
# Signing out and the like say nothing of cards, and administration is for staff.
LEFT_OUT = ("admin/", "accounts/")


@dataclass(frozen=True)
class Hidden:
    """The numbers of the hidden rows, by which addresses name them."""

    cell: int
    run: int
    evaluation: int
    task: str
    change: int
    fact: int
    load: int
    stated: int
    rule: int
    endpoint: int
    webhook: int
    node: int
    device: int


@pytest.fixture
def hidden(owner: User, teammate: User) -> Hidden:
    card = make_card(
        "Quince Hidden",
        visibility="restricted",
        owner=owner,
        release_date="2024-01-01",
        card_text="quince-fact in the text",
        hf_repo="quince-fact/repo",
    )
    card.readers.add(teammate)
    card.organisations.add(Organisation.objects.create(slug="quince-house", name="Quince House"))
    fact = Fact.objects.create(
        card=card, field="licence", value="quince-fact", source="quince-fact", confidence="checked"
    )
    FormerSlug.objects.create(slug=FORMER, card=card)
    change = CardChange.objects.create(
        card=card, who=owner, by="owner", before={"licence": "quince-fact"}, after={"card_text": "quince-fact"}
    )
    around = [make_card("Open Oak", release_date="2023-01-01"), make_card("Open Elm", release_date="2025-01-01")]
    Lineage.objects.create(child=card, parent=around[0], relation="finetune")
    Lineage.objects.create(child=around[1], parent=card, relation="finetune")
    for name, value in (("base_model", SLUG), ("relation", "finetune")):
        Fact.objects.create(
            card=around[1], field=name, value=value, source="its page", confidence="checked", chosen=True
        )
    CardChange.objects.create(
        card=around[1], by="somebody", before={"base_model": SLUG}, after={"base_model": f"{SLUG}; open-oak"}
    )
    load = CardImport.objects.create(who=owner, name="quince-note", state="checked")
    CardImportLine.objects.create(of=load, number=1, slug=SLUG, name="Quince Hidden", outcome="new")
    results = ResultImport.objects.create(pk=load.pk, who=owner, name="quince-note", state="checked")
    ResultImportLine.objects.create(of=results, number=1, slug=SLUG, name="Quince Hidden", outcome="new")
    stated = StatedModel.objects.create(name="quince-fact/repo", card=card, how="repository")
    rule = NameRule.objects.create(pattern="quince-note", target=SLUG, who=owner)
    endpoint = make_endpoint(card, "quince-oven", model="quince-fact", registered_by=owner)
    SavedSearch.objects.create(owner=owner, name="quince-note", query="search=quince")
    query = {"first": SLUG, "others": ["open-oak"]}
    Claim.objects.create(
        slug=SLUG, sentence="quince-note", source="quince-fact", kind="better", query=query, author=owner
    )
    device = make_device()
    task = make_task("agreement")
    checkpoint = make_checkpoint(card, path="quince-fact/weights")
    run = make_run(checkpoint, "running", owner=str(device), requested_by=owner, log_tail="quince-log")
    cell = make_cell(checkpoint, task, state="done", run=run)
    cell.made_with = {"model": "quince-fact"}
    cell.save()
    other = make_cell(checkpoint, make_task("ordering"), state="running", run=run, reason="quince-log")
    make_score(cell, "acc", 0.77777)
    prompts = PromptSet.objects.create(key="k", task=task, num_fewshot=0, file="prompts", sha256="0", rows=1)
    SampleSet.objects.create(cell=cell, prompts=prompts, file="outcomes", sha256="0", rows=1)
    evaluation = make_evaluation([cell, other], requested_by=owner, note="quince-note")
    device.loaded = str(checkpoint)
    device.save()
    webhook = make_webhook(owner, name="quince-note", address="https://quince-fact.example.org/")
    make_delivery(owner, webhook, evaluation=evaluation, problem="quince-log")
    now = timezone.now()
    told = {"devices": [str(device)], "outcome": "failed", "reason": "quince-log"}
    Attempt.objects.create(run=run, number=1, began_at=now, ended_at=now, **told)
    default_storage.save(log_file(run.pk, 1), ContentFile(b"quince-log"))
    rows = (stated.pk, rule.pk, endpoint.pk, webhook.pk, device.node_id, device.pk)
    return Hidden(cell.pk, run.pk, evaluation.pk, task.name, change.pk, fact.pk, load.pk, *rows)


def patterns(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        path = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, path)
        else:
            yield path


def addresses(hidden: Hidden) -> list[str]:
    """Every address, its parts filled with the hidden rows."""
    people = User.objects.get(username="owner").pk
    numbers = {
        "evaluations": hidden.evaluation,
        "runs": hidden.run,
        "cells": hidden.cell,
        "history": hidden.change,
        "facts": hidden.fact,
        "import": hidden.load,
        "people": people,
        "names": hidden.stated,
        "rule": hidden.rule,
        "served": hidden.endpoint,
        "webhooks": hidden.webhook,
        "nodes": hidden.node,
        "devices": hidden.device,
    }
    found = []
    for path in dict.fromkeys(patterns(get_resolver())):
        if path.startswith(LEFT_OUT):
            continue
        filled = re.sub(r"<(?:str:|slug:)?slug>", SLUG, path).replace("<path:name>", hidden.task)
        filled = filled.replace("<str:ending>", "json").replace("<str:kind>", "lm-eval")
        filled = filled.replace("<uidb64>/<token>", "MQ/guessed").replace("<int:number>", "1")
        filled = re.sub(r"(\w+)/<int:pk>", lambda m: f"{m[1]}/{numbers.get(m[1], 'unknown')}", filled)
        assert "<" not in filled, f"teach the walk how to fill {path}"
        assert "unknown" not in filled, f"teach the walk which number {path} takes"
        found.append("/" + filled)
    return found + [path.replace(SLUG, FORMER) for path in found if SLUG in path]


def body(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as kept:
            return "\n".join(name + kept.read(name).decode() for name in kept.namelist())
    if content.startswith(b"PAR1"):
        return str(parquet.read_table(io.BytesIO(content)).to_pylist())
    return content.decode(errors="replace")


def leaks(answer: Any, path: str, query: str) -> list[str]:
    """Hidden words in an answer. The slug counts too, unless the reader has said it in the question."""
    text = body(answer) + str(dict(answer.headers))
    said = path + query
    return [word for word in (*SECRETS, SLUG, FORMER) if word in text and (word in SECRETS or word not in said)]


def ask_all(browser: Any, hidden: Hidden) -> Iterator[tuple[str, Any]]:
    for path in addresses(hidden):
        for query in (*QUERIES, *FURTHER.get(path, [])):
            yield f"{path}?{query}", browser.get(path, dict(part.split("=") for part in query.split("&") if part))


@pytest.fixture
def editor(stranger: User) -> User:
    """Somebody who may correct, add and archive cards, of those that they may read."""
    names = ("add_modelcard", "change_modelcard", "delete_modelcard")
    stranger.user_permissions.set(Permission.objects.filter(codename__in=names))
    return stranger


@pytest.mark.parametrize("person", ["nobody", "stranger", "editor"])
def test_no_address_shows_a_restricted_card_to_others(person, hidden, request, signed_in):
    browser = Client() if person == "nobody" else signed_in(request.getfixturevalue(person))
    found = {}
    for address, answer in ask_all(browser, hidden):
        path, query = address.split("?", 1)
        assert answer.status_code < 500 or path == "/healthz", address
        if words := leaks(answer, path, query):
            found[address] = words
    assert not found


@pytest.mark.parametrize("person", ["stranger", "editor"])
def test_no_address_can_be_written_by_others(person, hidden, request, signed_in):
    """A POST to an address of hidden rows changes nothing and tells nothing; nor does a change through the API."""
    browser = signed_in(request.getfixturevalue(person))
    card = ModelCard.objects.filter(slug=SLUG)
    before = card.values().get()
    for path in addresses(hidden):
        answer = browser.post(path, {"models": SLUG, "tasks": hidden.task, "num_fewshot": "0"})
        assert answer.status_code < 500 or path == "/healthz", path
        assert not leaks(answer, path, SLUG), path
    for path in (path for path in addresses(hidden) if path.startswith("/api/v1/models")):
        for method in ("patch", "delete", "put", "post"):
            body, condition = '{"stage": "base", "slug": "taken-over"}', {"If-Match": "*"}
            answer = getattr(browser, method)(path, body, content_type="application/json", headers=condition)
            assert answer.status_code < 500, path
            assert answer.status_code >= 400, (method, path)
            assert not leaks(answer, path, SLUG), path
    assert card.values().get() == before
    assert Fact.objects.filter(card__slug=SLUG, chosen=True).count() == 0
    assert CardChange.objects.filter(card__slug=SLUG).count() == 1
    evaluation = Evaluation.objects.get()
    assert evaluation.cancelled_at is None
    assert set(evaluation.cells.values_list("state", flat=True)) == {"done", "running"}


def test_a_hidden_row_answers_like_one_that_never_was(hidden, stranger, signed_in):
    browser = signed_in(stranger)
    for path in addresses(hidden):
        numbers = r"(evaluations|runs|cells|history|facts|import|names|rule|served|webhooks)/\d+"
        never = re.sub(numbers, r"\1/987654", path.replace(SLUG, "no-such").replace(FORMER, "no-such"))
        if never != path:
            assert browser.get(path).status_code == browser.get(never).status_code, path


def test_the_walk_would_notice(hidden, owner, teammate, signed_in):
    """The owner and a named person do find the card where it belongs, so the walk looks for the right words."""
    rows = [f"/models/{SLUG}/", f"/evaluations/{hidden.evaluation}/", f"/runs/{hidden.run}/", "/nodes/", "/"]
    rows += [
        f"/cells/{hidden.cell}/samples/",
        "/models/",
        "/tree/",
        "/evaluations/",
        f"/compare/?models={SLUG},open-oak",
    ]
    rows += [f"/models/{SLUG}/history/", f"/models/{SLUG}/README.md", "/models/suggest/?field=organisation&q=quince"]
    rows += [f"/models/export/?format={name}" for name in ("csv", "json", "parquet", "cards")]
    rows += [f"/models/{FORMER}/", "/models/open-elm/"]
    rows += ["/claims/", f"/claims/{SLUG}/"]
    data = ["claims", f"claims/{SLUG}"]
    data += ["models?facets=all", "models?cursor=*", f"models/{SLUG}/history"]
    data += ["models", f"models/{SLUG}", "tree", "runs", "evaluations", "scores", f"compare?models={SLUG},open-oak"]
    for person in (owner, teammate):
        browser = signed_in(person)
        for path in [*rows, *(f"/api/v1/{part}" for part in data)]:
            text = body(browser.get(path, follow=path.endswith(f"{FORMER}/")))
            named = SLUG if "export" in path else f'"{SLUG}"'
            assert any(word in text for word in (*SECRETS, named)), (person.username, path)
