"""What our answers say beside their bytes: above all what a browser must not do."""

from collections.abc import Iterable

from courant.lib.embeds import HOSTS, sources

Headers = list[tuple[str, str]]

# Made to be shown elsewhere too: by feed readers, podcast programs, letters read in a browser.
SHOWN_ELSEWHERE = ("media/", "audio/")


def policy(frames: Iterable[str] = ()) -> str:
    """The content security policy. `frames`: hosts whose players may stand in pages, beside those
    that are always on the list. Each page narrows it to the ones it has, mostly to none."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            "media-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            f"frame-src {sources((*HOSTS, *frames))}",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


OTHERS: Headers = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "strict-origin-when-cross-origin"),
    (
        "permissions-policy",
        "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    ),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("link", '</license.xml>; rel="license"; type="application/rsl+xml"'),
]
SECURITY: Headers = [("content-security-policy", policy()), *OTHERS]
# What Django does not say itself and holds for the desk and the forms too.
FORBIDS = ("permissions-policy", "cross-origin-resource-policy")
# A year, all hosts below ours, and ready for the browsers' own lists.
HSTS = ("strict-transport-security", "max-age=31536000; includeSubDomains; preload")


def security(*, https: bool, frames: Iterable[str] = ()) -> Headers:
    """On every answer; with `https` browsers are told never to come without it again."""
    shared = [("content-security-policy", policy(frames)), *OTHERS]
    return [*shared, HSTS] if https else shared


def of_file(name: str, shared: Headers) -> Headers:
    """Those of one public file: whether others may show it in pages of their own."""
    if not name.startswith(SHOWN_ELSEWHERE):
        return shared
    return [
        (header, "cross-origin" if header == "cross-origin-resource-policy" else value)
        for header, value in shared
    ]
