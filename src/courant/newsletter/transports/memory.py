"""Keeps messages in a list: for tests."""

from dataclasses import dataclass, field

from courant.newsletter.transports.base import ACCEPTED, Mail, OneByOne, Outcome, TransportError


@dataclass
class MemoryTransport(OneByOne):
    """`faults` names how a message ends, by recipient; `trouble` meets `open`."""

    sent: list[Mail] = field(default_factory=list)
    faults: dict[str, Outcome] = field(default_factory=dict)
    trouble: TransportError | None = None
    route: str = "memory"

    def open(self) -> None:
        if self.trouble:
            raise self.trouble

    def hand_on(self, mail: Mail) -> Outcome:
        if mail.recipient in self.faults:
            return self.faults[mail.recipient]
        self.sent.append(mail)
        return ACCEPTED
