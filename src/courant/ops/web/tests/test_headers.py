"""What our headers say, and to whom. What they are worth: tests/serving/test_observatory.py."""

from courant.lib.content import TYPES, content_type
from courant.ops.web.headers import HSTS, SECURITY, of_file, policy, security


def test_without_https_no_browser_is_told_to_come_by_it():
    assert HSTS not in security(https=False)


def test_a_server_that_the_newsroom_adds_may_show_its_videos_and_nothing_else():
    plain, added = policy().split("; "), policy(["tube.example.org"]).split("; ")
    (before,), (after,) = set(plain) - set(added), set(added) - set(plain)
    assert after == f"{before} https://tube.example.org"
    assert before.startswith("frame-src https://")


def test_only_pictures_and_sound_may_stand_in_pages_of_others():
    for name in ("", "static/style.css", "index.html", "mediator/index.html"):
        assert of_file(name, SECURITY) == SECURITY
    assert ("cross-origin-resource-policy", "cross-origin") in of_file("media/a.jpg", SECURITY)


def test_types_do_not_depend_on_the_machine_and_the_unknown_is_not_run():
    assert content_type("x.HTML") == TYPES[".html"]
    assert content_type("x.exe") == content_type("x") == "application/octet-stream"
