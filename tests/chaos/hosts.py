"""Two hosts beside this one: network namespaces with addresses of their own, on a bridge of this machine.

What runs on such a host sees neither the site's files nor those of the other one (a mount namespace hides them). Needs
root, as a container's tests have, and iproute2 and util-linux.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

import psutil

from tests.services import ROOT


def ip(*arguments: str) -> None:
    """``ip`` of iproute2."""
    done = subprocess.run(["ip", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"ip {' '.join(arguments)}: {done.stderr}")


class Network:
    """A bridge that is this host's way to the others. Use as a context manager."""

    def __init__(self) -> None:
        self.name = secrets.token_hex(3)
        self.bridge = f"arb{self.name}"
        self.subnet = f"10.{secrets.randbelow(90) + 110}.{secrets.randbelow(250) + 1}"
        self.address = f"{self.subnet}.1"
        self.hosts: list[Host] = []

    def __enter__(self) -> Network:
        ip("link", "add", self.bridge, "type", "bridge")
        ip("addr", "add", f"{self.address}/24", "dev", self.bridge)
        ip("link", "set", self.bridge, "up")
        return self

    def __exit__(self, *_: object) -> None:
        for host in self.hosts:
            host.end()
        with contextlib.suppress(RuntimeError):
            ip("link", "del", self.bridge)

    def host(self, name: str, hidden: list[Path]) -> Host:
        """Another host, from which the folders ``hidden`` cannot be seen."""
        made = Host(self, name, len(self.hosts) + 2, hidden)
        self.hosts.append(made)
        return made


class Host:
    """A host of a network."""

    def __init__(self, network: Network, name: str, number: int, hidden: list[Path]) -> None:
        self.name = name
        self.space = f"{network.bridge}-{number}"
        self.cable = f"v{network.name}{number}"
        self.address = f"{network.subnet}.{number}"
        self.hidden = hidden
        self.processes: list[subprocess.Popen[bytes]] = []
        ip("netns", "add", self.space)
        ip("link", "add", self.cable, "type", "veth", "peer", "name", "eth0", "netns", self.space)
        ip("link", "set", self.cable, "master", network.bridge, "up")
        ip("-n", self.space, "addr", "add", f"{self.address}/24", "dev", "eth0")
        ip("-n", self.space, "link", "set", "eth0", "up")
        ip("-n", self.space, "link", "set", "lo", "up")

    def command(self, *command: str) -> list[str]:
        """``command`` as it is run on this host."""
        hide = " && ".join(f"mount -t tmpfs none '{folder}'" for folder in self.hidden) or "true"
        return [
            "ip",
            "netns",
            "exec",
            self.space,
            "unshare",
            "--mount",
            "sh",
            "-c",
            f'{hide} && exec "$@"',
            "sh",
            *command,
        ]

    def start(self, environment: Mapping[str, str], log: Path, *command: str) -> subprocess.Popen[bytes]:
        """Start a program there."""
        with log.open("ab") as out:
            process = subprocess.Popen(
                self.command(*command),
                cwd=ROOT,
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def sees(self, file: Path) -> bool:
        """Whether a file can be seen from there."""
        return subprocess.run(self.command("test", "-e", str(file)), check=False).returncode == 0

    def cut_off(self) -> None:
        """Pull the cable: nothing arrives, nothing is refused."""
        ip("link", "set", self.cable, "down")

    def back(self) -> None:
        """Plug it in again."""
        ip("link", "set", self.cable, "up")

    def end(self) -> None:
        """End what was started there, and the host."""
        for process in self.processes:
            with contextlib.suppress(psutil.Error):
                below = psutil.Process(process.pid).children(recursive=True)
                for each in [*below, psutil.Process(process.pid)]:
                    with contextlib.suppress(psutil.Error):
                        each.send_signal(signal.SIGKILL)
            process.wait()
        for command in (("link", "del", self.cable), ("netns", "del", self.space)):
            with contextlib.suppress(RuntimeError):
                ip(*command)
