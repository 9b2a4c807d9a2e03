"""Which addresses webhooks may go to."""

import socket

import pytest

from evaluation.core.hooks.targets import TargetError, peers, read_target

PRIVATE = [
    "127.0.0.1",
    "127.8.8.8",
    "10.0.0.1",
    "172.16.3.4",
    "192.168.1.1",
    "100.64.0.1",
    "198.18.0.1",
    "192.0.2.1",
    "[::1]",
    "[fc00::1]",
    "[fec0::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:10.0.0.1]",
    "[::127.0.0.1]",
    "[64:ff9b::10.0.0.1]",
    "[64:ff9b:1::1]",
    "[2002:7f00:1::]",
    "[2001::1]",
    "[2001:db8::1]",
]
NEVER = [
    "169.254.169.254",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "100.100.100.200",
    "168.63.129.16",
    "[fe80::1]",
    "[fd00:ec2::254]",
]


def resolving(monkeypatch, *numbers: str) -> None:
    """Every name stands for these numbers."""

    def answer(host: str, port: int, **_rest: object) -> list[tuple]:
        families = [socket.AF_INET6 if ":" in number else socket.AF_INET for number in numbers]
        return [(f, socket.SOCK_STREAM, 6, "", (n, port)) for f, n in zip(families, numbers, strict=True)]

    monkeypatch.setattr(socket, "getaddrinfo", answer)


@pytest.mark.parametrize("number", PRIVATE)
def test_a_private_number_is_refused_with_the_setting_that_allows_it(number):
    with pytest.raises(TargetError, match="HUB_HOOK_HOSTS"):
        read_target(f"https://{number}/hook")


@pytest.mark.parametrize("number", PRIVATE)
def test_a_name_that_stands_for_a_private_number_is_refused_when_it_is_asked(number, monkeypatch):
    resolving(monkeypatch, number.strip("[]"))
    with pytest.raises(TargetError):
        peers(read_target("https://inside.example.org/hook"))


@pytest.mark.parametrize("number", NEVER)
def test_link_local_and_metadata_addresses_are_refused_even_when_named(number, monkeypatch):
    with pytest.raises(TargetError, match="no webhook goes there"):
        read_target(f"https://{number}/", [number])
    resolving(monkeypatch, number.strip("[]"))
    with pytest.raises(TargetError, match="no webhook goes there"):
        peers(read_target("https://inside.example.org/"), ["inside.example.org"])


def test_one_private_number_among_public_ones_is_enough_to_refuse(monkeypatch):
    resolving(monkeypatch, "93.184.215.14", "10.0.0.1")
    with pytest.raises(TargetError):
        peers(read_target("https://ci.example.org/"))


@pytest.mark.parametrize("number", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::5db8:d70e"])
def test_public_numbers_are_asked(number, monkeypatch):
    resolving(monkeypatch, number)
    assert [end[0] for _family, end in peers(read_target("https://ci.example.org/"))] == [number]


def test_a_named_host_may_be_private_and_without_tls(monkeypatch):
    resolving(monkeypatch, "10.0.0.7")
    for named in (["ci.internal"], ["CI.internal:9000"], ["other", "ci.internal"]):
        target = read_target("http://CI.internal.:9000/hook?key=1", named)
        assert str(target) == "http://ci.internal:9000/hook?key=1"
        assert peers(target, named) == [(socket.AF_INET, ("10.0.0.7", 9000))]


def test_a_host_that_is_named_with_a_port_is_allowed_at_that_port_alone():
    assert read_target("http://10.0.0.7:9000/", ["10.0.0.7:9000"]).port == 9000
    assert read_target("http://[::1]:9000/", ["[::1]:9000"]).host == "::1"
    with pytest.raises(TargetError):
        read_target("http://10.0.0.7:9001/", ["10.0.0.7:9000"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "https://"),
        ("ci.example.org/hook", "https://"),
        ("ftp://ci.example.org/", "https://"),
        ("file:///etc/passwd", "https://"),
        ("http://ci.example.org/", "anybody on the way"),
        ("https://me:secret@ci.example.org/", "user or password"),
        ("https://ci.example.org/#part", "#"),
        ("https://ci.example.org:99999/", "no address"),
        ("https://[::1/", "no address"),
        ("https://ci.example.org/a b", "spaces"),
        ("https://ci.example.org/\r\nHost: x", "spaces"),
        ("https://cí.example.org/", "plain letters"),
        ("https://ci.example.org/" + "a" * 500, "500"),
    ],
)
def test_what_is_no_address_is_refused_with_the_reason(text, words):
    with pytest.raises(TargetError, match=words):
        read_target(text)


def test_the_place_of_an_address_holds_nothing_of_its_path():
    assert read_target("https://hooks.example.org:8443/T0/secret?sig=x").place == "hooks.example.org:8443"
    assert read_target("https://hooks.example.org").path == "/"
