"""Signatures that every receiver of Standard Webhooks can check."""

import pytest

from evaluation.core.hooks.signing import SignatureError, headers, secret_key, secret_text, signature, verify

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NOW = 1614265330
BODY = b'{"test": 2432232314}'


def test_it_signs_the_example_of_the_specification():
    signed = signature(secret_key(SECRET), "msg_p5jXN8AQM9LWM0D4loKWxJek", NOW, BODY)
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_receiver_accepts_what_was_signed():
    verify(SECRET, headers(secret_key(SECRET), "msg_1", NOW, BODY), BODY, NOW + 10)


def test_a_receiver_takes_any_of_several_signatures():
    got = headers(secret_key(SECRET), "msg_1", NOW, BODY)
    got["webhook-signature"] = f"v1,AAAA {got['webhook-signature']}"
    verify(SECRET, got, BODY, NOW)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"webhook-id": "msg_2"}, "not right"),
        ({"webhook-signature": "v1,é"}, "not right"),
        ({"webhook-timestamp": str(NOW + 1)}, "not right"),
        ({"webhook-timestamp": str(NOW - 301)}, "five minutes"),
        ({"webhook-timestamp": "now"}, "missing or odd"),
    ],
)
def test_a_receiver_refuses_what_was_changed_or_is_old(change, words):
    got = {**headers(secret_key(SECRET), "msg_1", NOW, BODY), **change}
    with pytest.raises(SignatureError, match=words):
        verify(SECRET, got, BODY, NOW)


def test_a_receiver_refuses_another_body_or_secret():
    got = headers(secret_key(SECRET), "msg_1", NOW, BODY)
    with pytest.raises(SignatureError, match="not right"):
        verify(SECRET, got, BODY + b" ", NOW)
    with pytest.raises(SignatureError, match="not right"):
        verify(secret_text(b"another"), got, BODY, NOW)
    with pytest.raises(SignatureError, match="is none"):
        verify("whsec_?", got, BODY, NOW)


def test_a_secret_comes_back_from_its_text():
    assert secret_key(secret_text(b"\x00\xff key")) == b"\x00\xff key"
