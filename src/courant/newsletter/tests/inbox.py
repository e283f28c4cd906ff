"""A real SMTP server on loopback that remembers what it took."""

import socket
from contextlib import contextmanager

from aiosmtpd.controller import Controller


class Inbox:
    """`got` holds (recipient, bytes) in order; some local parts are refused."""

    def __init__(self):
        self.got, self.connections, self.port = [], 0, 0

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.got.append((envelope.rcpt_tos[0], envelope.content))
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address.startswith("refused"):
            return "550 5.1.1 No such mailbox"
        if address.startswith("later"):
            return "450 4.2.0 Come back"
        envelope.rcpt_tos.append(address)
        return "250 OK"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(inbox, **options):
    inbox.port = free_port()
    controller = Controller(inbox, hostname="127.0.0.1", port=inbox.port, **options)
    controller.start()
    try:
        yield inbox
    finally:
        controller.stop()
