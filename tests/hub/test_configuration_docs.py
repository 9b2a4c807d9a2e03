"""The table in docs/configuration.md and the code name the same environment variables."""

import re
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]
READS = re.compile(r'\benv\.(?:text|integer|flag|words|choice|address|origins)\(\s*"([A-Z_]+)"')


def names_in_code() -> set[str]:
    files = [file for app in ("hub", "modelcards", "evaluation") for file in (BASE / app).rglob("*.py")]
    return {name for file in files for name in READS.findall(file.read_text())}


def names_in_docs() -> set[str]:
    return set(re.findall(r"^\| `([A-Z_]+)` \|", (BASE / "docs" / "configuration.md").read_text(), re.M))


def test_every_variable_that_is_read_is_documented_and_the_reverse():
    assert "HUB_DATA_DIR" in names_in_code()
    assert names_in_code() == names_in_docs()


def test_only_hub_env_reads_settings_from_the_environment():
    settings = (BASE / "hub" / "settings.py").read_text()
    assert "environ" not in settings.replace("by environment", "")
    assert "getenv" not in settings
