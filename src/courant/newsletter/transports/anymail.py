"""Mail through a provider's API, by django-anymail: in batches where the provider fills in values.

https://anymail.dev/en/stable/sending/templates/#on-the-fly-templates. Every message keeps its own
List-Unsubscribe and carries its delivery's name as metadata, so that reports find their row. A
provider signs (DKIM) and writes return addresses itself; see that it signs List-Unsubscribe-Post.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from courant.lib.batches import batched
from courant.newsletter.message import ByteTemplate
from courant.newsletter.names import NAME
from courant.newsletter.transports.base import (
    ACCEPTED,
    UNTRIED,
    Mail,
    Outcome,
    Term,
    Transport,
    TransportError,
    Verdict,
    Witness,
    not_noted,
)

AT_ONCE = 100  # also what the ledger is in doubt about when one call gets no answer
# How a value's place is written, for providers that also take a header a recipient.
PLACES = {
    "mailgun": "%recipient.{}%",
    "mailjet": "{{{{var:{}}}}}",
    "sendgrid": "-{}-",
    "sparkpost": "{{{{{{{}}}}}}}",
    "unisender_go": "{{{{{}}}}}",
}
GOOD = ("queued", "sent")
DELIVERY = "delivery"


@dataclass
class AnymailTransport(Transport):
    """`esp` as in the module `anymail.backends.<esp>`."""

    esp: str

    def __post_init__(self) -> None:
        self.route = f"anymail {self.esp}"
        self._connection: Any = None

    @classmethod
    def from_settings(cls) -> "AnymailTransport":
        return cls(settings.COURANT_ANYMAIL_ESP)

    def open(self) -> None:
        if self._connection is None:
            try:
                self._connection = get_connection(f"anymail.backends.{self.esp}.EmailBackend")
                self._connection.open()
            except Exception as error:  # wrong or missing settings; anymail says which
                self._connection = None
                raise TransportError(f"{self.esp} cannot be used: {error}") from error

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def submit(self, mails: Iterable[Mail], term: Term, witness: Witness) -> None:
        size = AT_ONCE if self.esp in PLACES else 1
        for _template, same in groupby(mails, key=lambda mail: id(mail.template)):
            for some in batched(list(same), size):
                self._one_call(some, term, witness)

    def _one_call(self, mails: Sequence[Mail], term: Term, witness: Witness) -> None:
        self.open()
        if term.over():
            for mail in mails:
                witness.ended(mail, UNTRIED)
            return
        begun = []
        for mail in mails:
            try:
                witness.begun(mail)
            except OSError as error:
                witness.ended(mail, not_noted(error))
            else:
                begun.append(mail)
        if begun:
            for mail, outcome in self._called(begun):
                witness.ended(mail, outcome)

    def _called(self, mails: Sequence[Mail]) -> list[tuple[Mail, Outcome]]:
        message = batch_message(mails, self.esp)
        try:
            self._connection.send_messages([message])
        except Exception as error:  # anymail's, or of the HTTP client below it
            outcome = _of_error(error)
            return [(mail, outcome) for mail in mails]
        told = message.anymail_status.recipients  # type: ignore[attr-defined]
        return [(mail, _of_recipient(told.get(mail.recipient))) for mail in mails]


def batch_message(mails: Sequence[Mail], esp: str) -> EmailMultiAlternatives:
    """One message for all, with the places of each reader's values in the provider's own marks."""
    first = mails[0]
    template = first.template
    if template is None:
        raise ValueError("This mail has no template: a provider cannot be given its raw bytes.")
    alone = len(mails) == 1
    text, html = _filled(template, first.values if alone else None, esp)
    sender = template.sender
    message = EmailMultiAlternatives(
        template.subject, text, f'"{sender.name}" <{sender.address}>', [m.recipient for m in mails]
    )
    message.attach_alternative(html, "text/html")
    own = {mail.recipient: _own_headers(template, mail) for mail in mails}
    common = {name: value for name, value in template.more if name not in own[first.recipient]}
    facts: Any = message
    if alone:
        message.extra_headers = {**common, **own[first.recipient]}
    else:
        message.extra_headers, facts.merge_headers = common, own
    facts.merge_metadata = {mail.recipient: {DELIVERY: _name(mail)} for mail in mails}
    facts.merge_data = {} if alone else {mail.recipient: dict(_values(mail)) for mail in mails}
    if esp == "sendgrid":
        facts.esp_extra = {"merge_field_format": PLACES[esp]}
    return message


def _filled(template: ByteTemplate, values: Mapping[str, str] | None, esp: str) -> tuple[str, str]:
    """Text and HTML with a reader's values, or (None) with the provider's marks."""
    text, html = template.text, template.html
    for mark, name in template.marks.items():
        place = PLACES[esp].format(name) if values is None else values[name]
        text = text.replace(mark, place)
        html = html.replace(mark, place if values is None else escape(place))
    return text, html


def _values(mail: Mail) -> dict[str, str]:
    assert mail.template is not None  # noqa: S101 - batch_message looked
    return {name: mail.values[name] for name in mail.template.marks.values()}


def _own_headers(template: ByteTemplate, mail: Mail) -> dict[str, str]:
    """Those that differ between readers."""
    found = {"Message-ID": mail.message_id}
    for name, value in template.more:
        for mark, field in template.marks.items():
            if mark in value:
                found[name] = value.replace(mark, mail.values[field])
    return found


def _name(mail: Mail) -> str:
    found = NAME.search(mail.message_id)
    return found[0] if found else ""


def _of_recipient(told: Any) -> Outcome:
    status = getattr(told, "status", None)
    if status in GOOD:
        return ACCEPTED
    if status is None or status == "unknown":
        return Outcome(Verdict.UNCERTAIN, "The provider did not say what it did with the message.")
    return Outcome(Verdict.REJECTED, f"The provider refused the address: {status}.")


def _of_error(error: Exception) -> Outcome:
    """An answer with a code is an answer; without one nobody knows."""
    code = getattr(error, "status_code", None)
    text = f"The provider: {' '.join(str(error).split())[:500]}"
    if code == 429:
        return Outcome(Verdict.THROTTLED, text, code, of_server=True)
    if code in (401, 402, 403):
        return Outcome(Verdict.BROKEN, text, code, of_server=True)
    if code and 400 <= code < 500:
        return Outcome(Verdict.REJECTED, text, code)
    return Outcome(Verdict.UNCERTAIN, text, code)
