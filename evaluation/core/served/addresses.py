"""Which addresses may be asked: a team's own servers, private networks included, but nothing of the cloud's own.

Link-local addresses and those of metadata services hand out a machine's credentials to whoever asks from inside, so
they are refused by number, after the name was resolved and for every connection anew: a name that points elsewhere the
second time gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

LONGEST = 500
PORTS = {"http": 80, "https": 443}
NEVER = [
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8",  # this network
        "169.254.0.0/16",  # link-local, with the metadata services of most clouds
        "100.100.100.200/32",  # metadata, Alibaba Cloud
        "192.0.0.192/32",  # metadata, Oracle Cloud
        "168.63.129.16/32",  # the host's agent, Azure
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
        "::/128",
        "fe80::/10",  # link-local
        "fd00:ec2::/32",  # metadata, Amazon
        "fd20:ce::254/128",  # metadata, Google Cloud
        "ff00::/8",  # multicast
    )
]
NAT64 = ipaddress.ip_network("64:ff9b::/96")

Peer = tuple[socket.AddressFamily, tuple[str, int]]


class AddressError(ValueError):
    """An address that is none, or that is never asked; the text is a sentence for a person."""


@dataclass(frozen=True)
class Address:
    """The base of a server's interface, such as ``http://gpu-3:8000/v1``; ``path`` has no slash at its end."""

    scheme: str
    host: str
    port: int
    path: str

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.path}"


def read_address(text: str) -> Address:
    """``text`` as an address. The last part of the path, where it names one call, is taken off.

    Raises AddressError for another scheme, a user or a password, a query, and for a host that is never asked.
    """
    text = text.strip()
    if len(text) > LONGEST or any(letter <= " " or letter == "\x7f" for letter in text):
        raise AddressError(f"An address has no spaces and at most {LONGEST} characters.")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise AddressError("This is no address. Such as http://gpu-3:8000/v1 would be one.") from None
    if parts.scheme not in PORTS or not parts.hostname:
        raise AddressError("An address begins with http:// or https:// and names a host, such as http://gpu-3:8000/v1.")
    if parts.username is not None or parts.password is not None:
        raise AddressError("A key does not belong into the address; name the environment variable that holds it.")
    if parts.query or parts.fragment:
        raise AddressError("An address ends with its path, without “?” and “#”.")
    path = parts.path.rstrip("/")
    for call in ("/chat/completions", "/completions"):
        path = path.removesuffix(call)
    check_number(parts.hostname)
    return Address(parts.scheme, parts.hostname, port or PORTS[parts.scheme], path)


def peers(address: Address) -> list[Peer]:
    """Where to connect, in the resolver's order. Raises AddressError when any of them is never asked.

    Raises OSError when the name is not known.
    """
    found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    ends: list[Peer] = []
    for family, _kind, _protocol, _name, end in found:
        number = str(end[0])
        check_number(number)
        ends.append((family, (number, address.port)))
    return ends


def check_number(host: str) -> None:
    """Raise AddressError when ``host`` is the number of an address that is never asked. Names pass."""
    try:
        number = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return
    if any(inner in network for inner in _meant(number) for network in NEVER if network.version == inner.version):
        raise AddressError(
            f"{host} is a link-local, metadata or multicast address. No model is served there, and it is never asked."
        )


def _meant(
    number: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    """The number, and the IPv4 one that an IPv6 number wraps."""
    if not isinstance(number, ipaddress.IPv6Address):
        return [number]
    inside = [number.ipv4_mapped, number.sixtofour]
    if number in NAT64:
        inside.append(ipaddress.IPv4Address(int(number) & 0xFFFFFFFF))
    return [number, *(wrapped for wrapped in inside if wrapped is not None)]
