"""Our server, nginx and Caddy by the two yardsticks that newsrooms are measured with."""

import re
from dataclasses import replace

import pytest

from courant.front.pictures import Pictures
from courant.front.render import front_page
from courant.front.tests.make import press_of
from courant.ops.web.headers import HSTS
from courant.stories.tests.make import make_paper, make_published_story
from tests.serving.http import Answer, ask
from tests.serving.observatory import Visit, directives, observatory, secure_the_news
from tests.serving.servers import Server
from tests.serving.test_proxies import certificate, client, https_courant, secure
from tests.serving.tree import put

__all__ = ["certificate", "https_courant", "secure"]  # fixtures
pytestmark = pytest.mark.xdist_group("serving")


@pytest.fixture(scope="module")
def front(served_home, tmp_path_factory) -> bytes:
    """A real front page, in place of the tree's."""
    pictures = Pictures(tmp_path_factory.mktemp("pictures"))
    html = front_page(press_of(make_paper(make_published_story()), {}, pictures)).data
    put(served_home.public / "marked" / "index.html", html)
    return html


@pytest.fixture
def visit(secure: Server, certificate, front) -> Visit:
    answer = ask(secure.port, "GET", "/marked/", tls=client(certificate), host="localhost")
    assert answer.body == front
    return Visit(answer, ask(secure.http, "GET", "/", host="localhost"))


def test_the_observatory_gives_125_marks_to_what_is_shipped(visit: Visit):
    marks = observatory(visit)
    assert [name for name, mark in marks.items() if mark < 0] == []
    assert sum(marks.values()) >= 125, marks


def test_secure_the_news_gives_all_but_the_marks_of_the_browsers_lists(visit: Visit):
    assert secure_the_news(visit) == 95


def test_our_own_server_by_itself_earns_the_same(https_courant: Server, front):
    """Behind something that does TLS and the redirect."""
    answer = ask(https_courant.port, "GET", "/marked/")
    assert answer.headers["strict-transport-security"] == HSTS[1]
    redirect = Answer(301, {"location": "https://localhost/"}, b"")
    assert sum(observatory(Visit(answer, redirect)).values()) >= 125
    assert secure_the_news(Visit(answer, redirect)) == 95


def test_pictures_may_be_shown_elsewhere_and_pages_may_not(visit: Visit, secure, certificate):
    assert visit.secure.headers["cross-origin-resource-policy"] == "same-origin"
    context = client(certificate)
    for path in ("/media/93c0f13c0f24-320.jpg", "/audio/ferry-0123456789ab.mp3"):
        shown = ask(secure.port, "GET", path, tls=context, host="localhost")
        assert shown.headers["cross-origin-resource-policy"] == "cross-origin"


@pytest.mark.parametrize("path", ["/desk/login/", "/newsletter/"])
def test_the_desk_and_the_forms_say_what_the_paper_says(secure: Server, certificate, path):
    told = ask(secure.port, "GET", path, tls=client(certificate), host="localhost").headers
    assert told["cross-origin-resource-policy"] == "same-origin"
    assert told["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in told["permissions-policy"]
    assert told["x-content-type-options"] == "nosniff"


WORSE = {
    "policy": {"content-security-policy": "default-src 'self'; script-src 'unsafe-inline'"},
    "framing": {"content-security-policy": "default-src 'none'"},
    "transport": {"strict-transport-security": "max-age=60"},
    "types": {"x-content-type-options": "sniff"},
    "sharing": {"access-control-allow-origin": "*"},
    "cookies": {"set-cookie": "a=b"},
    "resources": {"cross-origin-resource-policy": "cross-origin"},
}


@pytest.mark.parametrize("criterion", WORSE)
def test_the_yardstick_sees_what_is_wrong(https_courant: Server, front, criterion):
    answer = ask(https_courant.port, "GET", "/marked/")
    worse = replace(answer, headers=answer.headers | WORSE[criterion])
    redirect = Answer(301, {"location": "https://localhost/"}, b"")
    assert observatory(Visit(worse, redirect))[criterion] < 0
    unsealed = replace(answer, body=re.sub(rb' integrity="[^"]+"', b"", answer.body))
    assert observatory(Visit(unsealed, redirect))["integrity"] == 0


def test_no_directive_lets_a_script_or_style_in_from_anywhere_else(https_courant: Server, front):
    found = directives(ask(https_courant.port, "GET", "/").headers["content-security-policy"])
    assert found["script-src"] == found["style-src"] == ["'self'"]
    assert found["base-uri"] == found["frame-ancestors"] == ["'none'"]
    assert "object-src" not in found  # falls back to 'none'
