"""What people do, in a real Chromium on a real server: read, listen, sign up, edit, publish."""

import re
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.browser import HOW_TO_GET_ONE, chromium
from tests.conftest import PARAGRAPHS, STORY, Home, Server, up, wait_until
from tests.template_home import copy_of_template

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(not chromium(), reason=HOW_TO_GET_ONE),
]


def is_of_ours(message: ConsoleMessage) -> bool:
    """Not that Wagtail refuses an automatic save which crosses with a publication."""
    address = message.location["url"]
    crossing = "400 (Bad Request)" in message.text and re.search(r"/pages/\d+/edit/$", address)
    return message.type == "error" and not crossing


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that fails its test when the browser complains, be it only about a forbidden style."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    context.set_default_timeout(15_000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(m.text) if is_of_ours(m) else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One paper for all who only read here; the editor, who changes it, comes last."""
    with up(Home(copy_of_template(tmp_path_factory.mktemp("paper") / "home"))) as server:
        yield server


@pytest.fixture(scope="module")
def story(server: Server) -> str:
    """The address of a published story with its sound."""
    path = server.home.run("publish", "-", piped=STORY.encode()).stdout.strip()
    wait_until(lambda: ".mp3" in server.get(path)[1], "the story is on the site, with its sound")
    return path


def test_a_story_is_read(server, story, page):
    page.goto(server.url + "/")
    page.get_by_role("link", name="Night ferry runs again").first.click()
    expect(page).to_have_url(server.url + story)
    for text in PARAGRAPHS:
        expect(page.get_by_text(" ".join(text.split())[:40])).to_be_visible()
    page.get_by_role("link", name="Ottilie Marsh").first.click()
    expect(page.get_by_role("heading", name="Ottilie Marsh")).to_be_visible()


def test_the_highlighted_sentence_is_the_one_being_played(server, story, page):
    page.goto(server.url + story)
    expect(page.get_by_text("This audio is created with AI assistance")).to_be_visible()
    cues = page.request.get(
        server.url + page.locator("[data-cues]").get_attribute("data-cues")
    ).json()
    page.get_by_role("button", name="Play").click()
    seen = set()
    for _ in range(40):
        time, anchor = page.evaluate(
            "() => [document.querySelector('audio').currentTime,"
            " document.querySelector('[data-s][aria-current]')?.id]"
        )
        if anchor:
            _, start, end, *_ = next(cue for cue in cues["cues"] if cue[0] == anchor)
            # A frame may pass between the two readings; the mark stays through the pause.
            assert start - 0.15 <= time <= end + 1.2
            seen.add(anchor)
        page.wait_for_timeout(150)
    assert len(seen) >= 2


def test_a_click_on_a_sentence_plays_it(server, story, page):
    page.goto(server.url + story)
    cues = page.request.get(
        server.url + page.locator("[data-cues]").get_attribute("data-cues")
    ).json()
    sentence = page.locator("[data-s]", has_text="It will ask the council")
    _, start, *_ = next(c for c in cues["cues"] if c[0] == sentence.get_attribute("id"))
    sentence.click()
    expect(sentence).to_have_attribute("aria-current", "true")
    page.wait_for_function("document.querySelector('audio').currentTime > 0")
    time = page.evaluate("() => document.querySelector('audio').currentTime")
    assert start - 0.1 <= time <= start + 3


def test_without_javascript_the_browsers_own_player_and_the_form_are_there(server, story, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(server.url + story)
    expect(page.locator("audio[controls]")).to_be_visible()
    page.get_by_label("e-mail").fill("plain@example.org")
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_text("Thank you for signing up for this newsletter.")).to_be_visible()
    context.close()


def test_a_reader_signs_up_and_confirms(server, story, page):
    page.goto(server.url + story)
    page.get_by_label("e-mail").fill("reader@example.org")
    page.get_by_role("button", name="Sign up").click()
    expect(
        page.get_by_text(
            "Thank you for signing up for this newsletter. We've sent you a confirmation email."
        )
    ).to_be_visible()
    expect(page).to_have_url(server.url + story)

    def mails() -> list[EmailMessage]:
        return [mail for mail in server.home.mails() if mail["To"] == "reader@example.org"]

    wait_until(mails, "the confirmation is in the outbox")
    (mail,) = mails()
    link = re.search(
        rf"{server.url}/newsletter/confirm/\S+", mail.get_body(("plain",)).get_content()
    )
    page.goto(link[0])
    assert page.get_by_role("button").count() == 1
    page.get_by_role("button").click()
    status = (
        "from courant.newsletter.models import Subscription as S\n"
        "print(S.objects.get(subscriber__email='reader@example.org').status)"
    )
    assert server.home.django(status) == "active"


@pytest.mark.parametrize("width", [320, 390, 1366])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_is_wider_than_the_screen(server, story, browser, width, scheme):
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    for path in ("/", story, "/news/", "/people/", "/about/", "/no-such-page/"):
        page.goto(server.url + path)
        size = page.evaluate("() => document.documentElement.scrollWidth")
        assert size <= width, path
    context.close()


def test_an_editor_logs_in_edits_publishes_and_readers_see_the_change(server, story, page):
    login = server.home.run("login", "ed").stdout
    password = re.search(r"password +(\S+)", login)[1]
    page.goto(server.url + "/desk/")
    page.get_by_label("Username").fill("ed")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Everything is out")).to_be_visible()
    pk = server.home.django(
        "from courant.stories.models import Story; print(Story.objects.get().pk)"
    )
    page.goto(f"{server.url}/desk/pages/{pk}/edit/")
    page.locator("textarea[name=title], input[name=title]").fill("Night ferry is back for good")
    page.get_by_role("button", name="More actions").last.click()
    page.get_by_role("button", name="Publish").last.click()
    expect(page.get_by_text("has been published").first).to_be_visible()
    wait_until(
        lambda: "Night ferry is back for good" in server.get(story)[1],
        "readers see the new headline",
    )
