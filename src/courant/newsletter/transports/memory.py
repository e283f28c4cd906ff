"""Keeps messages in a list: for tests."""

from dataclasses import dataclass, field

from courant.newsletter.transports.base import Mail, Transport, TransportError


@dataclass
class MemoryTransport(Transport):
    """`faults` names what goes wrong, by recipient; a fault of "" meets `open`."""

    sent: list[Mail] = field(default_factory=list)
    faults: dict[str, TransportError] = field(default_factory=dict)

    def open(self) -> None:
        if "" in self.faults:
            raise self.faults[""]

    def submit(self, mail: Mail) -> None:
        if mail.recipient in self.faults:
            raise self.faults[mail.recipient]
        self.sent.append(mail)
