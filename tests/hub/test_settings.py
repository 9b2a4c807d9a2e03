"""What the settings promise, seen from a process of its own."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import hub

BASE = Path(__file__).resolve().parents[2]
CODE = "from django.conf import settings; print({})"


def ask(expression: str, data: Path, **more: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "hub.settings", "HUB_DATA_DIR": str(data), **more}
    env.pop("SECRET_KEY", None)
    return subprocess.run(
        [sys.executable, "-c", CODE.format(expression)], env=env, cwd=BASE, capture_output=True, text=True, check=False
    )


def test_the_secret_key_is_made_once_and_only_its_owner_can_read_it(tmp_path):
    first, second = (ask("settings.SECRET_KEY", tmp_path).stdout for _ in range(2))
    assert len(first) > 50
    assert first == second
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


def test_two_sites_have_two_secret_keys(tmp_path):
    assert ask("settings.SECRET_KEY", tmp_path / "a").stdout != ask("settings.SECRET_KEY", tmp_path / "b").stdout


def test_a_bad_port_stops_the_start_and_says_why(tmp_path):
    answer = ask("settings.PORT", tmp_path, PORT="http")
    assert answer.returncode != 0
    assert "PORT='http' is not a whole number" in answer.stderr


def test_https_makes_cookies_secure(tmp_path):
    wanted = "settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.SECURE_HSTS_SECONDS > 0"
    assert ask(wanted, tmp_path, HUB_HTTPS="1").stdout.strip() == "True True True"
    assert ask(wanted, tmp_path).stdout.strip() == "False False False"


def test_links_in_messages_lead_to_the_address_by_which_the_site_is_known(tmp_path):
    known = {"ALLOWED_HOSTS": ".example.org,hub.example.org"}
    wanted = "settings.HUB_SITE_URL, settings.DEFAULT_FROM_EMAIL"
    here = ask(wanted, tmp_path, HOST="0.0.0.0", PORT="8123", ALLOWED_HOSTS="").stdout.strip()
    assert here == "http://127.0.0.1:8123 arboretum@127.0.0.1"
    assert ask(wanted, tmp_path, **known).stdout.strip() == "http://hub.example.org arboretum@hub.example.org"
    told = ask(wanted, tmp_path, **known, HUB_SITE_URL="https://models.example.org/hub/", DEFAULT_FROM_EMAIL="a@b.org")
    assert told.stdout.strip() == "https://models.example.org/hub a@b.org"


def test_mail_is_secured_as_told_and_a_word_that_is_none_stops_the_start(tmp_path):
    wanted = "settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL, repr(settings.EMAIL_HOST)"
    assert ask(wanted, tmp_path).stdout.strip() == "True False ''"
    assert ask(wanted, tmp_path, EMAIL_SECURITY="tls").stdout.strip() == "False True ''"
    assert "EMAIL_SECURITY='ssl' is not one of" in ask(wanted, tmp_path, EMAIL_SECURITY="ssl").stderr


def test_the_version_of_the_package_is_that_of_the_project():
    assert f'version = "{hub.__version__}"' in (BASE / "pyproject.toml").read_text()
