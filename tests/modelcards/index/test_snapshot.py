"""A large catalog's index lies in files: shared, followed, and made anew when they are of no use."""

import contextlib
import json

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.http import QueryDict

from modelcards.filters import ModelFilters
from modelcards.index import search, snapshot
from modelcards.index.catalog import CatalogIndex
from modelcards.index.renewal import Renewal
from modelcards.index.text import catalog as text_catalog
from modelcards.models import ChangeMark, ModelCard
from tests.factories import make_card

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(settings, tmp_path, monkeypatch):
    """Every catalog counts as large; files are made here, since no other process sees this transaction."""
    settings.HUB_DATA_DIR = tmp_path
    monkeypatch.setattr(snapshot, "SMALL", 0)
    made = []

    def ask(self, part):
        if part != "--text":
            made.append(f"later {part}")

    def make_apart(part):
        made.append(part)
        call_command("index_catalog", part)
        return True

    monkeypatch.setattr(snapshot, "make_apart", make_apart)
    monkeypatch.setattr(Renewal, "ask", ask)
    return made


def ask(query=""):
    """Names that a process just started finds."""
    found = CatalogIndex().find(ModelFilters.parse(QueryDict(f"{query}&sort=name")), AnonymousUser())
    names = dict(ModelCard.objects.values_list("pk", "name"))
    return [names[pk] for pk in found.ids()]


def test_the_first_process_makes_the_file_and_the_next_takes_it(files):
    make_card("Oak")
    assert ask() == ["Oak"]
    assert ask() == ["Oak"]
    assert files == ["--if-missing"]


def test_the_words_are_asked_for_when_the_first_reader_has_the_facets(files, monkeypatch):
    monkeypatch.setattr(Renewal, "ask", lambda self, part: files.append(f"later {part}"))
    make_card("Oak")
    assert ask() == ["Oak"]
    assert files == ["--if-missing", "later --text"]


def test_what_changed_since_it_was_made_is_seen(files):
    card = make_card("Oak")
    ask()
    make_card("Ash", stage="rlhf")
    ModelCard.objects.filter(pk=card.pk).update(stage="rlhf")
    assert ask("stage=rlhf") == ["Ash", "Oak"]
    assert files == ["--if-missing"]


@pytest.mark.parametrize("fault", ["cut", "altered", "foreign", "other database"])
def test_a_file_of_no_use_is_made_anew(files, fault, monkeypatch):
    make_card("Oak")
    ask()
    body = snapshot.path().read_bytes()
    if fault == "cut":
        snapshot.path().write_bytes(body[:-100])
    elif fault == "altered":
        place = body.index(b"\x3a\x30\0\0")  # how a set begins
        snapshot.path().write_bytes(body[:place] + bytes([body[place] ^ 255]) + body[place + 1 :])
    elif fault == "foreign":
        monkeypatch.setattr(snapshot, "FORMAT", 99)
    else:
        ChangeMark.objects.update(nonce=1)
    assert ask() == ["Oak"]
    assert files == ["--if-missing"] * 2


def test_a_running_process_takes_a_newer_file_when_many_cards_changed(files, monkeypatch):
    monkeypatch.setattr(snapshot, "MANY_LINES", 4)
    index, card = CatalogIndex(), make_card("Oak")
    index.current()
    for number in range(4):
        ModelCard.objects.filter(pk=card.pk).update(parameters=number + 1)
        index.current()
    assert index.current().lines == 4
    call_command("index_catalog", "--base")
    ModelCard.objects.filter(pk=card.pk).update(parameters=9)
    assert index.current().lines == 1
    found = index.find(ModelFilters.parse(QueryDict("parameters_min=9")), AnonymousUser())
    assert list(found.ids()) == [card.pk]


def test_names_are_searched_in_the_database_until_the_words_are_built(monkeypatch):
    asked = []
    monkeypatch.setattr(Renewal, "ask", lambda self, part: asked.append(part))
    make_card("Oak", card_text="Understands chess.")
    make_card("Ash")
    assert ask("search=oak") == ["Oak"]
    assert ask("search=chess") == []
    assert set(asked) == {"--text"}
    assert search.load() is None
    call_command("index_catalog", "--text")
    assert ask("search=ches") == ["Oak"]
    assert search.load() is not None
    make_card("Elm", card_text="Plays chess.")
    assert ask("search=chess") == ["Elm", "Oak"]


def test_a_mark_of_the_words_that_is_none_is_no_error(files):
    make_card("Oak")
    call_command("index_catalog")
    mark = snapshot.folder() / "text.json"
    for content in ("", "[]", json.dumps({"mark": [1]}), json.dumps({"mark": ["x", 2]})):
        mark.write_text(content)
        assert search.load() is None
    assert ask("search=oak") == ["Oak"]


@pytest.mark.parametrize("part", ["--base", "--text"])
def test_who_waited_for_another_builder_finds_it_done(files, monkeypatch, part):
    """Looked at under the lock, so not before the other one was ready."""
    card = make_card("Oak")
    made = []
    module = snapshot if part == "--base" else search
    build = module.make

    def make():
        made.append(part)
        build()

    monkeypatch.setattr(module, "make", make)

    @contextlib.contextmanager
    def building():
        if not made:
            call_other()
        yield

    def call_other():
        with whole():
            module.make()

    whole = snapshot.building
    monkeypatch.setattr(snapshot, "building", building)
    call_command("index_catalog", part, "--if-due")
    assert made == [part]
    call_command("index_catalog", part)
    assert made == [part] * 2
    monkeypatch.setattr(snapshot, "MANY_LINES", 0)
    monkeypatch.setattr(text_catalog, "OVERLAY_LEAST", 0)
    ModelCard.objects.filter(pk=card.pk).update(name="Elm")
    ModelCard.objects.filter(pk=card.pk).update(name="Ash")
    call_command("index_catalog", part, "--if-due")
    assert made == [part] * 3


def test_what_killed_builders_left_is_removed_by_the_next(files):
    make_card("Oak")
    call_command("index_catalog")
    left = [snapshot.folder() / ".catalog.idx-abc", search.folder() / "generation-0", search.folder() / "generation-1"]
    left[0].write_bytes(b"half")
    for folder in left[1:]:
        folder.mkdir()
        (folder / "text_words.run0").write_bytes(b"half")
    call_command("index_catalog", "--if-due", "--text")
    assert all(path.exists() for path in left)  # nothing to build: nobody else's work is touched
    call_command("index_catalog")
    assert not any(path.exists() for path in left)
    assert ask("search=oak") == ["Oak"]
