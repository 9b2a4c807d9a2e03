"""A node is installed without the packages of [web], and its commands work all the same."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

BASE = Path(__file__).resolve().parents[2]
MODULES = {
    "django-ninja": "ninja",
    "django-axes": "axes",
    "markdown-it-py": "markdown_it",
    "prometheus-client": "prometheus_client",
}
WITHOUT_WEB = """
import sys
for name in {names!r}:
    sys.modules[name] = None
import runpy
sys.argv = ["manage.py", *{command!r}]
runpy.run_path("manage.py", run_name="__main__")
"""


def web_modules() -> list[str]:
    """What [web] alone brings. huggingface_hub comes with the runner as well."""
    extras = tomllib.loads((BASE / "pyproject.toml").read_text())["project"]["optional-dependencies"]["web"]
    names = [extra.split(">")[0].split("=")[0] for extra in extras]
    return [MODULES.get(name, name) for name in names if name != "huggingface_hub"]


@pytest.mark.parametrize("command", [["check"], ["node", "--help"]])
def test_commands_of_a_node_need_nothing_of_the_web(tmp_path, command):
    code = WITHOUT_WEB.format(names=web_modules(), command=command)
    env = {**os.environ, "HUB_DATA_DIR": str(tmp_path)}
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=BASE, env=env, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
