"""What a language is called, whatever its country."""


def tongue(language: str) -> str:
    """The language without its country: what holds for "en" holds in "en-GB"."""
    return language.lower().split("-")[0]
