"""What SpamAssassin thinks of a letter, by its rules alone, without a network."""

import re
import shutil
import subprocess

import pytest

from courant.newsletter.compose import PREFERENCES, UNSUBSCRIBE, in_type
from courant.newsletter.dkim import make_key
from courant.newsletter.tests.make import NOON
from courant.newsletter.tests.test_compose import letter_of

PASSES_BELOW = 5.0


@pytest.mark.soak
def test_a_letter_passes_spamassassin(tmp_path, settings):
    if not shutil.which("spamassassin"):
        pytest.skip("spamassassin is not installed: apt-get install spamassassin")
    settings.COURANT_SECRETS = tmp_path
    make_key()
    paragraphs = ["The ferry left Pell Quay at ten past eleven with 214 people on board."] * 12
    link = (
        "https://news.lantern.example/newsletter/unsubscribe/AbCdEfGhIjKlMnOpQrStUvWxYz0123456789/"
    )
    mail = in_type(letter_of(*paragraphs), NOON).mail(
        "anna@example.org",
        "<a1b2c3@lantern.example>",
        {UNSUBSCRIBE: link, PREFERENCES: link.replace("unsubscribe", "preferences")},
    )
    received = (
        b"Received: from mail.lantern.example (mail.lantern.example [203.0.113.7])\r\n"
        b"\tby mx.example.org with ESMTPS id 1 for <anna@example.org>;"
        b" Fri, 20 Nov 2026 12:00:01 +0000\r\n"
    )
    told = subprocess.run(
        ["spamassassin", "--local", "--test-mode"], input=received + mail.data, capture_output=True
    ).stdout.decode(errors="replace")
    score = float(re.search(r"score=(-?[\d.]+)", told)[1])
    rules = re.search(r"tests=([^\n]+(?:\n\t[^\n]+)*)", told)[1].replace("\n\t", "")
    print(f"SpamAssassin: {score} of {PASSES_BELOW}: {rules}")
    assert score < PASSES_BELOW
