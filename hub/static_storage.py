"""Static files with a hash in their names and a compressed twin, so that browsers keep them for good."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Serves a file that was added after the last collection under its plain name instead of failing."""

    manifest_strict = False
