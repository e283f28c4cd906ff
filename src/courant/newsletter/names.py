"""The names of deliveries: in Message-IDs and return addresses, so that reports find their row.

A name is the edition, the delivery and a mark, in letters that every mail server keeps (base32,
lower case: some fold the local part). The mark is an HMAC under the edition's own seed, so that
nobody can report about a stranger's mail; the delivery's number is hidden, so that nobody counts
our readers.
"""

import hmac
from base64 import b32decode, b32encode
from binascii import Error as Base32Error
from re import compile as pattern

from courant.newsletter.keys import keyed
from courant.newsletter.models import Delivery, Edition

EDITION, DELIVERY, MARK = 4, 5, 11  # bytes; 20 in all, which base32 writes in 32 letters
NAME = pattern(r"[a-z2-7]{32}")


def name_of(edition: int, seed: str, delivery: int) -> str:
    body = edition.to_bytes(EDITION, "big") + delivery.to_bytes(DELIVERY, "big")
    key = seed.encode()
    mark = keyed(key, body)[:MARK]
    hidden = body[:EDITION] + _masked(key, mark, body[EDITION:])
    return b32encode(hidden + mark).decode().lower()


def message_id(name: str, domain: str) -> str:
    """The same at every attempt, so that many mail programs show two copies as one."""
    return f"<{name}@{domain}>"


def return_address(name: str, address: str) -> str:
    """Where reports about this delivery go (VERP): `bounces+name@domain` for `bounces@domain`."""
    local, _, domain = address.rpartition("@")
    return f"{local}+{name}@{domain}"


def delivery_named(text: str) -> Delivery | None:
    """The delivery whose name is in a text, such as an address; None for none, or a forged one."""
    for found in NAME.findall(text.lower()):
        if delivery := _delivery(found):
            return delivery
    return None


def _delivery(name: str) -> Delivery | None:
    try:
        raw = b32decode(name.upper())
    except Base32Error:
        return None
    hidden, mark = raw[:-MARK], raw[-MARK:]
    edition = Edition.objects.filter(pk=int.from_bytes(hidden[:EDITION], "big")).first()
    if edition is None:
        return None
    key = edition.seed.encode()
    body = hidden[:EDITION] + _masked(key, mark, hidden[EDITION:])
    if not hmac.compare_digest(keyed(key, body)[:MARK], mark):
        return None
    return edition.deliveries.filter(pk=int.from_bytes(body[EDITION:], "big")).first()


def _masked(key: bytes, mark: bytes, number: bytes) -> bytes:
    size = len(number)
    stream = keyed(key, b"stream" + mark)[:size]
    return (int.from_bytes(number, "big") ^ int.from_bytes(stream, "big")).to_bytes(size, "big")
