"""The first administrator: a generated password, printed and kept where only the site's owner can read it."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth import get_user_model

from hub.secret import write_private

NAME = "admin"


@dataclass(frozen=True)
class FirstAdministrator:
    """``password`` is given once, when the account was just made; ``file`` as long as it still opens the account."""

    name: str
    password: str = ""
    file: Path | None = None


def first_administrator(file: Path) -> FirstAdministrator | None:
    """Make the first administrator where there is none; else say whether the kept password still holds."""
    users = get_user_model().objects
    if not users.filter(is_superuser=True).exists():
        password = secrets.token_urlsafe(15)
        file.unlink(missing_ok=True)
        write_private(file, password)
        users.create_superuser(NAME, password=password)
        return FirstAdministrator(NAME, password, file)
    if not file.is_file():
        return None
    user = users.filter(username=NAME, is_active=True).first()
    if user and user.check_password(file.read_text().strip()):
        return FirstAdministrator(NAME, file=file)
    file.unlink()  # Changed since: a password that opens nothing would only mislead.
    return None
