"""What our headers are worth by two public yardsticks."""

import re

from courant.lib.content import TYPES, content_type
from courant.ops.web.headers import CSP, HSTS, security

DIRECTIVES = dict(directive.split(" ", 1) for directive in CSP.split("; "))
EIGHTEEN_WEEKS = 18 * 7 * 24 * 3600


def test_the_observatorys_conditions_for_its_best_mark_hold():
    """Mozilla's HTTP Observatory: what costs marks is absent, what earns them is there."""
    assert DIRECTIVES["default-src"] == "'none'"  # +10, with the next three
    assert "unsafe" not in CSP and "*" not in CSP and "http:" not in CSP
    assert "data:" not in DIRECTIVES["script-src"]
    assert {"base-uri", "form-action", "frame-ancestors"} <= set(DIRECTIVES)
    assert DIRECTIVES["frame-ancestors"] == "'none'"  # +5, and in place of X-Frame-Options
    told = dict(security(https=True))
    assert told["x-content-type-options"] == "nosniff"
    assert told["referrer-policy"] == "strict-origin-when-cross-origin"  # +5
    assert "preload" in told["strict-transport-security"]  # +5
    assert "set-cookie" not in told


def test_secure_the_news_would_give_all_that_a_header_can_earn():
    value = HSTS[1]
    age = int(re.search(r"max-age=(\d+)", value)[1])
    assert age >= EIGHTEEN_WEEKS
    assert age >= 31_536_000 and "includeSubDomains" in value and "preload" in value


def test_without_https_no_browser_is_told_to_come_by_it():
    assert HSTS not in security(https=False)


def test_a_script_from_elsewhere_or_inside_a_page_never_runs():
    assert DIRECTIVES["script-src"] == "'self'"
    assert DIRECTIVES["base-uri"] == "'none'"
    assert "object-src" not in DIRECTIVES  # falls back to 'none'


def test_types_do_not_depend_on_the_machine_and_the_unknown_is_not_run():
    assert content_type("x.HTML") == TYPES[".html"]
    assert content_type("x.exe") == content_type("x") == "application/octet-stream"
