"""Reports as mail servers write them, about a delivery of a test's."""

from courant.newsletter.models import Delivery
from courant.newsletter.names import message_id, name_of, return_address

BOUNCES = "bounces@lantern.example"


def name(delivery: Delivery) -> str:
    return name_of(delivery.edition_id, delivery.edition.seed, delivery.pk)


def verp(delivery: Delivery) -> str:
    return return_address(name(delivery), BOUNCES)


def bounce(
    delivery: Delivery | None, status: str = "5.1.1", action: str = "failed", to: str = BOUNCES
) -> bytes:
    """RFC 3464, in the form of Postfix."""
    identity = message_id(name(delivery), "lantern.example") if delivery else "<x@y.example>"
    return f"""\
Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.readers.example>
To: {to}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain

I'm sorry: 5.1.1 550 5.7.1 (these words must not matter)

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.readers.example

Final-Recipient: rfc822; reader@readers.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} the server's own
    words

--b1
Content-Type: text/rfc822-headers

From: letters@lantern.example
Message-ID: {identity}
Subject: The ferry returns

--b1--
""".replace("\n", "\r\n").encode()


def complaint(delivery: Delivery, kind: str = "abuse") -> bytes:
    """RFC 5965."""
    return f"""\
From: feedback@provider.example
To: abuse@lantern.example
Subject: FW: The ferry returns
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b2"

--b2
Content-Type: text/plain

A reader pressed a button.

--b2
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: Provider-FBL/1.0
Version: 1

--b2
Content-Type: message/rfc822

From: letters@lantern.example
To: reader@readers.example
Message-ID: {message_id(name(delivery), "lantern.example")}
Subject: The ferry returns

Hello
--b2--
""".replace("\n", "\r\n").encode()
