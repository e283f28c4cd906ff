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
    """A transport cannot be used at all: its server, its connection or our own standing is wrong.

    `code`: the SMTP code, where the server gave one.
    """

    def __init__(self, message: str, *, code: int | None = None) -> None:
        super().__init__(message)
        self.code = code
