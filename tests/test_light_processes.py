"""The web and worker processes never load what only the runner may."""

import subprocess
import sys

import pytest

from tests.services import ROOT

HEAVY = ("torch", "lm_eval", "transformers", "datasets", "accelerate", "safetensors")
WEB = ["hub.wsgi", "hub.urls"]
WORKER = ["hub.celery", "evaluation.tasks", "evaluation.worker.service", "hub.management.commands.node"]
COURIER = ["hub.courier", "evaluation.notices.tasks", "hub.management.commands.courier"]
COMMANDS = ["evaluation.management.commands.evaluate", "evaluation.management.commands.sync_tasks"]


@pytest.mark.parametrize("modules", [WEB, WORKER, COURIER, COMMANDS], ids=["web", "worker", "courier", "commands"])
def test_a_light_process_loads_none_of_the_heavy_libraries(modules, tmp_path):
    program = f"""
import django, importlib, os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
django.setup()
for name in {modules!r}:
    importlib.import_module(name)
from django.urls import get_resolver
if "hub.urls" in {modules!r}:
    get_resolver().url_patterns
print(*sorted(set({HEAVY!r}) & set(sys.modules)))
"""
    environment = {"PATH": "/usr/bin:/bin", "HUB_DATA_DIR": str(tmp_path), "SECRET_KEY": "for tests alone"}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []


def test_workers_and_commands_start_without_the_checks_that_import_every_page(tmp_path):
    """Half of the time of a start, and 45 MB of each worker."""
    program = """
import os, hub.celery
from django.core.management import load_command_class
assert os.environ["CELERY_SKIP_CHECKS"]
for app, name in {"hub": "node", "evaluation": "evaluate"}.items():
    assert not load_command_class(app, name).requires_system_checks, name
"""
    environment = {"PATH": "/usr/bin:/bin", "HUB_DATA_DIR": str(tmp_path), "SECRET_KEY": "for tests alone"}
    environment["DJANGO_SETTINGS_MODULE"] = "hub.settings"
    done = subprocess.run([sys.executable, "-c", f"import django; django.setup(){program}"], cwd=ROOT, env=environment)
    assert done.returncode == 0
