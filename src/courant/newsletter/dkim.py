"""Signing mail: DKIM (RFC 6376) by RSA-2048, relaxed/relaxed.

ed25519 alone is not accepted everywhere, and signing twice makes noise in DMARC reports.
A signature costs about 1 ms, nearly all of it the RSA, which lets other threads go on meanwhile.
"""

import re
import time
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from django.conf import settings

from courant.lib.files import write_whole
from courant.newsletter.errors import NewsletterError

BITS = 2048  # RFC 8301; longer keys do not fit the answers of many name servers
KEY_MODE = 0o600
# Named once more than they occur, so that none can be added on the way (RFC 6376, 8.15).
ONCE_MORE = (b"from", b"subject")
WIDTH = 72
BLANKS = re.compile(rb"[ \t]+")
Header = tuple[bytes, bytes]


class KeyTrouble(NewsletterError):
    """The signing key is not as it must be."""


@dataclass(frozen=True)
class Signer:
    """Signs for one domain with one key; threads may share it."""

    domain: str
    selector: str
    key: rsa.RSAPrivateKey = field(repr=False)

    @classmethod
    def for_domain(cls, domain: str) -> Self | None:
        """None where the home has no key: then a relay signs, or nobody. Raises KeyTrouble."""
        path = key_path()
        if not path.exists():
            return None
        return cls(domain, settings.COURANT_DKIM_SELECTOR, read_key(path, path.stat().st_mtime_ns))

    def header(self, headers: Sequence[Header], body: bytes) -> bytes:
        """The line that goes on top. `headers`: what is signed, canonical: name, value.

        `body` must be its own canonical form, as `quoted` makes it: ending with one line end.
        """
        names = [name for name, _value in headers]
        value = b"v=1; a=rsa-sha256; c=relaxed/relaxed; d=%s; s=%s; t=%d; h=%s; bh=%s; b=" % (
            self.domain.encode("ascii"),
            self.selector.encode("ascii"),
            int(time.time()),
            b":".join([*names, *(name for name in ONCE_MORE if name in names)]),
            b64encode(sha256(body).digest()),
        )
        signed = b"".join(b"%s:%s\r\n" % header for header in headers)
        signature = self.key.sign(
            signed + b"dkim-signature:" + value, padding.PKCS1v15(), hashes.SHA256()
        )
        return b"DKIM-Signature: %s%s\r\n" % (_folded(value), _wrapped(b64encode(signature)))


def relaxed(name: bytes, value: bytes) -> Header:
    """One header in its canonical form (RFC 6376, 3.4.2)."""
    return name.lower(), BLANKS.sub(b" ", value.replace(b"\r\n", b"")).strip()


def _folded(value: bytes) -> bytes:
    """Lines that are short enough; what a fold adds, the canonical form takes away again."""
    for tag in (b"h=", b"bh=", b"b="):
        value = value.replace(b"; " + tag, b";\r\n " + tag)
    return value


def _wrapped(text: bytes) -> bytes:
    return b"\r\n ".join(text[start : start + WIDTH] for start in range(0, len(text), WIDTH))


# ── The key ───────────────────────────────────────────────────────────────────────────────────────


def key_path() -> Path:
    return Path(settings.COURANT_SECRETS) / f"dkim-{settings.COURANT_DKIM_SELECTOR}.pem"


@lru_cache(maxsize=4)
def read_key(path: Path, changed: int) -> rsa.RSAPrivateKey:
    """`changed`: the file's time, so that a new key is seen. Raises KeyTrouble."""
    if path.stat().st_mode & 0o077:
        raise KeyTrouble(
            f"{path} can be read by others: somebody may sign in your name. "
            f"Make a new key, or, if you know that nobody did: chmod 600 {path}"
        )
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except ValueError as error:
        raise KeyTrouble(f"{path} is no private key: {error}.") from error
    if not isinstance(key, rsa.RSAPrivateKey):
        raise KeyTrouble(f"{path} is no RSA key: make one with `courant newsletter key`.")
    return key


def make_key() -> rsa.RSAPrivateKey:
    """Make the key for the selector of the settings. Raises KeyTrouble when there is one."""
    path = key_path()
    if path.exists():
        raise KeyTrouble(
            f"{path} is there already. For a new key choose a new name in the setting "
            "dkim_selector, make it, publish its record, and keep the old record for a week."
        )
    key = rsa.generate_private_key(65537, BITS)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    write_whole(path, pem, mode=KEY_MODE)
    return key


def public_record(key: rsa.RSAPrivateKey) -> str:
    """What to publish as TXT at `selector._domainkey.domain`."""
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return f"v=DKIM1; k=rsa; p={b64encode(public).decode()}"
