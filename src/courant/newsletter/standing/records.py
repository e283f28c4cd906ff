"""What to publish in the name system, in the form of a zone file."""

from django.conf import settings

from courant.newsletter import dkim
from courant.newsletter.models import Newsletter

PIECE = 250  # letters; a string in a TXT record holds 255


def sender_domains() -> list[str]:
    """Domains in From: of all newsletters; of the setting mail_from where there are none."""
    rows = [row.facts().domain for row in Newsletter.objects.all()]
    own = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    return list(dict.fromkeys(rows or [own]))


def zone_line(name: str, text: str) -> str:
    pieces = [text[start : start + PIECE] for start in range(0, len(text), PIECE)]
    quoted = " ".join(f'"{piece}"' for piece in pieces)
    return f"{name}. IN TXT {quoted}"


def dkim_name(domain: str) -> str:
    return f"{settings.COURANT_DKIM_SELECTOR}._domainkey.{domain}"


def dkim_record() -> list[str]:
    """For every domain that mail is sent from. Raises KeyTrouble."""
    path = dkim.key_path()
    text = dkim.public_record(dkim.read_key(path, path.stat().st_mtime_ns))
    return [zone_line(dkim_name(domain), text) for domain in sender_domains()]
