"""Static files with a hash in their names and a compressed twin, so that browsers keep them for good."""

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Falls back to the plain name of a file that was not collected: before the first `make run`, and in tests."""

    manifest_strict = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._addresses: dict[str, str] = {}

    def url(self, name: str | None, force: bool = False) -> str:
        """The address of a file: looked up once in a process, since a page names fifteen of them."""
        known = self._addresses.get(name or "")
        if known is None or force:
            known = str(super().url(name, force))
            self._addresses[name or ""] = known
        return known

    def stored_name(self, name: str) -> str:
        try:
            stored: str = super().stored_name(name)
        except ValueError:
            return name
        return stored
