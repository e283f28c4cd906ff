"""Addresses that stand in mails for ever. They are written here, and urls.py must keep them."""

PREFIX = "/newsletter/"


def confirm_url(site: str, token: str) -> str:
    return f"{site}{PREFIX}confirm/{token}/"


def unsubscribe_url(site: str, token: str) -> str:
    return f"{site}{PREFIX}unsubscribe/{token}/"


def preferences_url(site: str, token: str) -> str:
    return f"{site}{PREFIX}preferences/{token}/"


def click_url(site: str, token: str) -> str:
    return f"{site}{PREFIX}to/{token}/"


def move_url(site: str, token: str) -> str:
    return f"{site}{PREFIX}move/{token}/"
