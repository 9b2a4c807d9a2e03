"""What happens before the first process starts: database, content, first administrator."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.management import CommandError, call_command

from hub.supervisor import content
from hub.supervisor.administrator import FirstAdministrator, first_administrator
from hub.supervisor.content import fingerprint
from hub.supervisor.database import prepare_database
from modelcards.index import snapshot
from modelcards.models import ModelCard

Say = Callable[[str], None]


@dataclass(frozen=True)
class Step:
    """A command that loads files of the site, and the fingerprint of these files."""

    name: str
    says: str
    command: str
    options: dict[str, object]
    mark: str


def prepare(say: Say) -> FirstAdministrator | None:
    """Migrate, load what has changed, make the first administrator; raises StartError."""
    if copy := prepare_database(settings.HUB_DATA_DIR / "backups"):
        say(f"The database was of an older version: kept as {copy}, then migrated.")
    for step in steps():
        if not content.is_loaded(step.name, step.mark):
            load(step, say)
    index_catalog(say)
    collect_static(say)
    return first_administrator(settings.HUB_DATA_DIR / "admin-password")


def load(step: Step, say: Say) -> None:
    """Run one step. A site whose own files cannot be read still starts with what it has, and says so."""
    say(step.says)
    try:
        call_command(step.command, **step.options)
    except CommandError as problem:
        say(f"That did not work, and is tried again at the next start: {problem}")
    else:
        content.remember(step.name, step.mark)


def steps() -> list[Step]:
    """The catalog first, since tasks join its benchmarks."""
    catalog, tasks = fingerprint(content.catalog_files()), fingerprint(content.task_files())
    return [
        Step("catalog", "Loading the catalog.", "load_catalog", {}, catalog),
        Step("tasks", "Reading the shipped tasks.", "sync_tasks", {"shipped": True}, tasks),
    ]


def index_catalog(say: Say) -> None:
    """A large catalog is indexed before its first reader comes, in a process of its own; a small one needs it not."""
    if ModelCard.objects.count() > snapshot.SMALL and snapshot.load() is None:
        say("Indexing the catalog.")
        if not snapshot.make_apart("--if-missing"):
            say("That did not work; the first reader will wait for it.")


def collect_static(say: Say) -> None:
    """Collect the static files where one has changed; the manifest in the folder says that it was done."""
    mark = content.static_fingerprint()
    manifest = settings.STATIC_ROOT / "staticfiles.json"
    if manifest.is_file() and content.is_loaded("static", mark):
        return
    say("Collecting the static files.")
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    content.remember("static", mark)
