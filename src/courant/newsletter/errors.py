"""What can go wrong here, as the callers need to tell it apart."""


class NewsletterError(Exception):
    """Says what failed, with which value, and what to do."""


class AddressError(NewsletterError):
    """What was typed is no e-mail address that mail can be sent to. The text is for readers."""


class EditionError(NewsletterError):
    """A story could not become an edition."""


class TokenError(NewsletterError):
    """A link of a mail does not count. `gone`: it was right once, and has expired or been used."""

    def __init__(self, message: str, *, gone: bool = False) -> None:
        super().__init__(message)
        self.gone = gone


class TransportError(NewsletterError):
    """A message was not accepted, or nobody can know whether it was (`outcome_unknown`).

    `permanent`: trying again is of no use. `systemic`: the cause is not this address but the
    server, the connection or our own standing: the next message is likely to fare no better.
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool = False,
        outcome_unknown: bool = False,
        systemic: bool = False,
        code: int | None = None,
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.outcome_unknown = outcome_unknown
        self.systemic = systemic
        self.code = code
