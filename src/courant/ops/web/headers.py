"""What our answers say beside their bytes: above all what a browser must not do."""

Headers = list[tuple[str, str]]

CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "media-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
SECURITY: Headers = [
    ("content-security-policy", CSP),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "strict-origin-when-cross-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), browsing-topics=()"),
    ("cross-origin-opener-policy", "same-origin"),
]
# A year, all hosts below ours, and ready for the browsers' own lists.
HSTS = ("strict-transport-security", "max-age=31536000; includeSubDomains; preload")


def security(*, https: bool) -> Headers:
    """On every answer; with `https` browsers are told never to come without it again."""
    return [*SECURITY, HSTS] if https else list(SECURITY)
