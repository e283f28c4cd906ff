"""Signatures that others verify, and the key that makes them."""

import stat
import subprocess

import dkim as dkimpy
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from courant.newsletter import dkim
from courant.newsletter.dkim import KeyTrouble, Signer, make_key, public_record
from courant.newsletter.tests.test_template import template, written

DOMAIN = "lantern.example"


@pytest.fixture
def home(settings, tmp_path):
    settings.COURANT_SECRETS = tmp_path / "secrets"
    return tmp_path


@pytest.fixture
def key(home) -> rsa.RSAPrivateKey:
    return make_key()


def verified(data, key):
    """What dkimpy, which is no code of ours, says of a message."""
    record = public_record(key).encode()
    return dkimpy.verify(data, dnsfunc=lambda name, timeout=5: record)


def signed(text="Hello,  @name@\t!\n\n\n  . \n", name="Zoë", **values):
    made = template(text, signer=Signer.for_domain(DOMAIN))
    return written(made, name=name, link=values.get("link", "https://lantern.example/u/1"))


def test_another_verifier_accepts_the_signature_and_its_headers_are_covered(key):
    data = signed()
    assert verified(data, key)
    names = data.partition(b"h=")[2].partition(b";")[0].lower().split(b":")
    assert {b"from", b"to", b"subject", b"list-unsubscribe", b"message-id"} <= set(names)
    assert names.count(b"from") == 2


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Subject: The ferry", b"Subject: The  Ferry"),
        (b"Hello", b"Hallo"),
        (b"anna@example.org", b"eve@example.org"),
        (b"/u/1>", b"/u/2>"),
        (b"From: ", b"From: eve@example.org\r\nFrom: "),
    ],
)
def test_a_message_that_was_changed_does_not_verify(key, old, new):
    data = signed()
    assert old in data and verified(data, key)
    assert not verified(data.replace(old, new, 1), key)


def test_each_reader_has_a_signature_of_their_own(key):
    one, two = (signed(link=f"https://lantern.example/u/{n}") for n in (1, 2))
    assert verified(one, key) and verified(two, key)
    assert one.partition(b"\r\n b=")[2][:300] != two.partition(b"\r\n b=")[2][:300]


def test_a_second_verifier_accepts_it(key, tmp_path, require):
    """OpenDKIM, the one beside many mail servers; it reads the public key from a file."""
    require("opendkim")
    (tmp_path / "mail").write_bytes(signed())
    (tmp_path / "keys").write_text(f"courant._domainkey.{DOMAIN} {public_record(key)}\n")
    (tmp_path / "conf").write_text(
        f"TestPublicKeys {tmp_path}/keys\nMode v\nSocket local:{tmp_path}/socket\nUserID root\n"
    )
    command = ["opendkim", "-vv", "-x", tmp_path / "conf", "-t", tmp_path / "mail"]
    told = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert "verification (s=courant, d=lantern.example, 2048-bit key" in told.stdout
    assert "succeeded" in told.stdout
    (tmp_path / "mail").write_bytes(signed().replace(b"Hello", b"Hallo"))
    again = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert "succeeded" not in again.stdout


def test_without_a_key_nothing_is_signed(home):
    assert Signer.for_domain(DOMAIN) is None
    assert b"DKIM-Signature" not in signed()


def test_the_key_is_its_owners_alone_and_is_not_written_over(key):
    path = dkim.key_path()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "PrivateKey" not in repr(Signer.for_domain(DOMAIN))
    with pytest.raises(KeyTrouble, match="is there already"):
        make_key()


def test_a_key_that_others_may_read_signs_nothing(key):
    dkim.key_path().chmod(0o640)
    with pytest.raises(KeyTrouble, match="can be read by others"):
        Signer.for_domain(DOMAIN)


def test_what_is_no_key_is_named(key):
    dkim.key_path().write_text("no key")
    with pytest.raises(KeyTrouble, match="is no private key"):
        Signer.for_domain(DOMAIN)


def test_a_new_selector_is_a_new_key(key, settings):
    settings.COURANT_DKIM_SELECTOR = "spring"
    assert Signer.for_domain(DOMAIN) is None
    assert public_record(make_key()) != public_record(key)
    assert Signer.for_domain(DOMAIN).selector == "spring"
