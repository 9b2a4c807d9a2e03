"""Reading the environment, loudly: a value that makes no sense stops the start and says what would be right.

Every name read here has a row in ``docs/configuration.md``; a test compares the two.
"""

import os
import re
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE, FALSE = {"1", "true", "yes", "on"}, {"", "0", "false", "no", "off"}


def text(name: str, default: str = "") -> str:
    """The value of ``name``, or ``default`` where it is not set or blank."""
    return os.environ.get(name, "").strip() or default


def integer(name: str, default: int, *, least: int = 0, most: int | None = None) -> int:
    """A whole number within ``least`` and ``most``; raises ImproperlyConfigured otherwise."""
    value = text(name, str(default))
    try:
        number = int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={value!r} is not a whole number") from None
    if number < least or (most is not None and number > most):
        bounds = f"at least {least}" if most is None else f"between {least} and {most}"
        raise ImproperlyConfigured(f"{name}={number} must be {bounds}")
    return number


def flag(name: str, default: bool = False) -> bool:
    """Yes or no; raises ImproperlyConfigured for anything else."""
    value = text(name, "1" if default else "0").lower()
    if value not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name}={value!r} is neither yes nor no; write 1 or 0")
    return value in TRUE


def words(name: str, default: str = "", separator: str = ",") -> list[str]:
    """Parts between separators, blanks dropped."""
    return [part.strip() for part in text(name, default).split(separator) if part.strip()]


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    """One of ``allowed``; raises ImproperlyConfigured otherwise."""
    value = text(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name}={value!r} is not one of {', '.join(allowed)}")
    return value


def address(name: str) -> str:
    """An http or https address without query, or nothing; raises ImproperlyConfigured for anything else."""
    value = text(name).rstrip("/")
    parts = urlsplit(value)
    if value and (parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment):
        raise ImproperlyConfigured(f"{name}={value!r} is no address such as https://hub.example.org")
    return value


def origins(name: str) -> list[str]:
    """Origins of other sites, separated by blanks, such as ``https://wiki.example.org``.

    Raises ImproperlyConfigured for anything else: what stands here becomes part of a header that browsers obey.
    """
    found = text(name).split()
    for origin in found:
        if not _ORIGIN.fullmatch(origin):
            raise ImproperlyConfigured(f"{name}: {origin!r} is no origin such as https://wiki.example.org")
    return found


_ORIGIN = re.compile(r"https?://(\*\.)?[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?")
