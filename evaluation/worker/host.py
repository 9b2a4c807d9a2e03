"""Which running system this is, and whether a database file can serve it."""

from __future__ import annotations

import socket
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection

from evaluation.models import Device, SampleSet
from evaluation.worker.site import why_no_site

BOOT = Path("/proc/sys/kernel/random/boot_id")
MOUNTS = Path("/proc/self/mountinfo")
LOOKED_AT = 20
NETWORK_FILESYSTEMS = {
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "9p",
    "lustre",
    "ceph",
    "glusterfs",
    "fuse.sshfs",
    "beegfs",
    "afs",
}


def host() -> str:
    """The same for every process and container of one running kernel; another one on another machine."""
    try:
        return BOOT.read_text(encoding="ascii").strip()[:64]
    except OSError:
        return socket.gethostname()[:64]


def why_not_here(mounts: Path = MOUNTS) -> str:
    """Why this machine may not use the site's database, or nothing. SQLite serves one machine and a local disk."""
    if connection.vendor != "sqlite":
        return ""
    remedy = "Set DATABASE_URL to a PostgreSQL database to use several machines."
    file = Path(str(connection.settings_dict["NAME"])).resolve()
    kind = filesystem_of(file, mounts)
    if kind in NETWORK_FILESYSTEMS:
        return f"The database is SQLite and {file} lies on a network file system ({kind}). {remedy}"
    other = Device.objects.live().exclude(node__host__in=["", host()]).select_related("node").first()
    if other is not None:
        return f"The database is SQLite and serves one machine; a worker of {other.node.name} uses it now. {remedy}"
    return ""


def why_no_files() -> str:
    """Why what this machine stores would not be seen by the site, or nothing."""
    if settings.HUB_URL:
        return why_no_site()
    stored = list(SampleSet.objects.kept().order_by("-pk").values_list("file", flat=True)[:LOOKED_AT])
    if not stored or any(default_storage.exists(file) for file in stored):
        return ""
    return (
        f"The site's sample sets do not lie in {settings.HUB_DATA_DIR}, so this machine does not share its directory. "
        "Set HUB_URL to the site's address and HUB_NODE_TOKEN to a token of scope node."
    )


def filesystem_of(file: Path, mounts: Path = MOUNTS) -> str:
    """Type of the file system that holds ``file``; empty where the system does not tell."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    best, kind = "", ""
    for line in lines:
        head, _dash, tail = line.partition(" - ")
        point = head.split()[4].replace("\\040", " ") if len(head.split()) > 4 else ""
        if point and len(point) >= len(best) and (file.is_relative_to(point)) and tail:
            best, kind = point, tail.split()[0]
    return kind


def lock_file(node: str) -> Path:
    """Held while the workers of ``node`` run, so that a device never gets two."""
    safe = "".join(letter if letter.isalnum() else "-" for letter in node)
    return Path(settings.HUB_DATA_DIR) / f"node-{safe}.lock"
