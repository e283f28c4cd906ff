"""The links of mails."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta

import pytest

from courant.newsletter.errors import TokenError
from courant.newsletter.tests.make import NOON
from courant.newsletter.tokens import (
    Confirm,
    Unsubscribe,
    confirm_token,
    read_confirm,
    read_unsubscribe,
    unsubscribe_token,
)


def test_tokens_are_read_back():
    assert read_confirm(confirm_token(7, 2, NOON), NOON) == Confirm(7, 2)
    assert read_unsubscribe(unsubscribe_token(7, 3)) == Unsubscribe(7, 3)


def test_tokens_are_short():
    assert len(unsubscribe_token(7, 3)) == 36
    assert len(confirm_token(7, 2, NOON)) == 40


def test_no_token_survives_the_flip_of_any_bit():
    for token in (unsubscribe_token(7, 3), confirm_token(7, 2, NOON)):
        raw = urlsafe_b64decode(token)
        for bit in range(len(raw) * 8):
            wrong = bytearray(raw)
            wrong[bit // 8] ^= 1 << bit % 8
            _refused_everywhere(urlsafe_b64encode(wrong).decode())


def test_no_token_survives_another_character_or_length():
    token = unsubscribe_token(7, 3)
    for other in (
        "",
        "=",
        token[:-1],
        token + "A",
        token + "=",
        token + "====",
        " " + token,
        token + "\n",
        "é" + token[1:],
    ):
        _refused_everywhere(other)
    for place in range(len(token)):
        for character in "A!é":
            if token[place] != character:
                _refused_everywhere(token[:place] + character + token[place + 1 :])


def test_a_token_is_good_for_its_purpose_only():
    with pytest.raises(TokenError):
        read_unsubscribe(confirm_token(7, 2, NOON))
    with pytest.raises(TokenError):
        read_confirm(unsubscribe_token(7, 3), NOON)


def test_a_confirmation_lasts_seven_days():
    token = confirm_token(7, 2, NOON)
    assert read_confirm(token, NOON + timedelta(days=7))
    with pytest.raises(TokenError, match="seven days") as caught:
        read_confirm(token, NOON + timedelta(days=7, seconds=1))
    assert caught.value.gone


def test_an_unsubscribe_link_survives_a_new_secret_key(settings):
    token = unsubscribe_token(7, 3)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key", [settings.SECRET_KEY]
    assert read_unsubscribe(token) == Unsubscribe(7, 3)
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(TokenError):
        read_unsubscribe(token)


def test_a_token_hides_its_numbers():
    assert unsubscribe_token(7, 3)[:12] != unsubscribe_token(8, 3)[:12]
    first, second = (urlsafe_b64decode(unsubscribe_token(n, 3))[1:11] for n in (7, 8))
    assert sum(a == b for a, b in zip(first, second, strict=True)) < 6


def _refused_everywhere(token):
    with pytest.raises(TokenError):
        read_unsubscribe(token)
    with pytest.raises(TokenError):
        read_confirm(token, NOON)
