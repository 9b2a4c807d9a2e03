"""Which addresses are asked: a team's own servers, and never the machine's or the cloud's own services."""

import socket

import pytest

from evaluation.core.served import addresses
from evaluation.core.served.addresses import AddressError, check_number, peers, read_address


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("http://gpu-3:8000/v1", "http://gpu-3:8000/v1"),
        (" http://10.0.0.5:8000/v1/ ", "http://10.0.0.5:8000/v1"),
        ("https://llm.example.org/v1/chat/completions", "https://llm.example.org/v1"),
        ("http://192.168.7.7:80/v1/completions", "http://192.168.7.7/v1"),
        ("http://[fd12:3456::1]:8080", "http://[fd12:3456::1]:8080"),
        ("http://127.0.0.1:8001/v1", "http://127.0.0.1:8001/v1"),
    ],
)
def test_servers_of_a_team_may_be_asked(text, meant):
    assert str(read_address(text)) == meant


@pytest.mark.parametrize(
    "host",
    [
        "169.254.169.254",
        "169.254.0.1",
        "[fe80::1]",
        "[fd00:ec2::254]",
        "[::ffff:169.254.169.254]",
        "[64:ff9b::a9fe:a9fe]",
        "[2002:a9fe:a9fe::1]",
        "100.100.100.200",
        "168.63.129.16",
        "0.0.0.0",
        "[::]",
        "224.0.0.1",
        "255.255.255.255",
    ],
)
def test_link_local_metadata_and_multicast_addresses_are_never_asked(host):
    with pytest.raises(AddressError, match="never asked"):
        read_address(f"http://{host}/v1")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("ftp://gpu-3/v1", "begins with http"),
        ("gpu-3:8000/v1", "begins with http"),
        ("file:///etc/passwd", "begins with http"),
        ("http://user:secret@gpu-3/v1", "key does not belong"),
        ("http://gpu-3/v1?api_key=secret", "without “\\?”"),
        ("http://gpu-3:99999/v1", "no address"),
        ("http://gpu-3/v1\nHost: other", "no spaces"),
        ("http://[::1", "no address"),
        ("", "begins with http"),
        ("http://" + "a" * 600, "at most 500"),
    ],
)
def test_what_is_no_address_says_why(text, why):
    with pytest.raises(AddressError, match=why):
        read_address(text)


@pytest.mark.parametrize("number", ["2130706433", "0x7f.1", "0251.0376.0251.0376", "[fe80::1%eth0]"])
def test_odd_spellings_of_numbers_are_looked_at_when_they_are_resolved(monkeypatch, number):
    """The resolver may know forms that are not ours; what it makes of them is what counts."""
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_n: [(socket.AF_INET, 1, 6, "", ("169.254.169.254", 80))])
    with pytest.raises(AddressError):
        peers(read_address(f"http://{number}/v1"))


def test_a_name_is_refused_when_any_of_its_numbers_is(monkeypatch):
    ends = [(socket.AF_INET, 1, 6, "", ("10.0.0.5", 80)), (socket.AF_INET6, 1, 6, "", ("fe80::1", 80, 0, 2))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_n: ends)
    with pytest.raises(AddressError):
        peers(read_address("http://two-faced/v1"))


def test_every_refused_network_is_refused_by_its_first_number():
    for network in addresses.NEVER:
        with pytest.raises(AddressError):
            check_number(str(network.network_address))
