"""Listening in a real browser to real sound: what is marked is what sounds, at any moment."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from courant.front.pictures import Pictures
from courant.front.tests.make import site
from courant.front.tests.test_player import ORIGIN, answer
from courant.narration import takes
from courant.narration.codecs import CODECS
from courant.narration.codecs.mp3 import info_frame
from courant.narration.container import Tags, write
from courant.narration.script import script_for
from courant.narration.segments import coded
from courant.narration.spoken import Cue, SoundFile, SpokenStory, WordCue
from courant.narration.timeline import silences, timeline
from courant.narration.voices.base import Sound
from courant.stories import published as out
from courant.stories.tests.make import make_paper, make_published_story, paragraph
from tests.browser import HOW_TO_GET_ONE, chromium

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not chromium(), reason=HOW_TO_GET_ONE),
]
RATE, WORD = 22050, 0.4  # seconds a word
SENTENCES = 12
# The loudest pitch of what the page plays, found by the browser's own analyser.
LISTEN = """() => {
  const audio = document.querySelector("audio");
  const context = new AudioContext();
  const meter = context.createAnalyser();
  meter.fftSize = 4096;
  meter.smoothingTimeConstant = 0;
  context.createMediaElementSource(audio).connect(meter);
  meter.connect(context.destination);
  const bins = new Float32Array(meter.frequencyBinCount);
  globalThis.heard = () => {
    meter.getFloatFrequencyData(bins);
    const loudest = bins.indexOf(Math.max(...bins));
    return [
      bins[loudest] > -60 ? loudest * context.sampleRate / meter.fftSize : 0,
      document.querySelector(".reading")?.id ?? "",
      audio.currentTime,
    ];
  };
}"""


def pitch(number: int) -> float:
    return 300.0 + 110 * number


def spoken_in_tones(story: out.PublishedStory, folder: Path, forms: list[str]) -> SpokenStory:
    """Each sentence has a pitch of its own; files as narration makes them."""
    utterances = script_for(story).utterances
    sounds = []
    for number, each in enumerate(utterances):
        count = len(each.text.split())
        times = np.arange(int(count * WORD * RATE)) / RATE
        tone = 0.3 * np.sin(2 * np.pi * pitch(number) * times)
        sounds.append(takes.trimmed(Sound(tone.astype(np.float32), RATE)))
    whole = timeline([len(s.samples) / RATE for s in sounds], [0.5] * len(sounds))
    segments = [coded(one, 0.0, [CODECS[name] for name in forms]) for one in sounds]
    files = []
    for name in forms:
        codec = CODECS[name]
        rows = [segment.packets[name] for segment in segments]
        packets: list[bytes] = []
        counts = list(map(len, rows))
        for silent, row in zip(silences(codec, RATE, whole, counts), [*rows, []], strict=True):
            packets += [codec.silence(RATE)] * silent + row
        first = info_frame(packets[0], list(map(len, packets))) if name == "mp3" else b""
        file = folder / f"{story.id}.{name}"
        write(file, codec, RATE, packets, Tags("T", "A", "P", "en"), (), first)
        path = f"/audio/story-{story.id}.{name}"
        files.append(SoundFile(codec.media_type, file, path, file.stat().st_size))
    cues = []
    for each, start, end in zip(utterances, whole.starts, whole.ends, strict=True):
        places = [0, *(n + 1 for n, c in enumerate(each.text) if c == " ")]
        words = tuple(
            WordCue(place, len(each.text[place:].split()[0]), start + n * WORD)
            for n, place in enumerate(places)
        )
        cues.append(Cue(each.block, each.sentence, start, end, each.text, words))
    base = f"/audio/story-{story.id}"
    script = script_for(story).digest
    return SpokenStory(
        story.id, script, tuple(files), f"{base}.json", f"{base}.vtt", "", whole.seconds,
        "tones", "algorithmicMedia", tuple(cues),
    )  # fmt: skip


def stories() -> list[out.PublishedStory]:
    texts = [f"Sentence number {n} is here." for n in range(SENTENCES)]
    body = [paragraph(" ".join(texts[n : n + 3]), f"b{n}") for n in range(0, SENTENCES, 3)]
    first = make_published_story(*body, id=7, headline="The first", bylines=())
    second = make_published_story("It is short. It ends.", id=8, headline="The second", bylines=())
    return [first, second]


@pytest.fixture
def files(tmp_path: Path, pictures: Pictures, request: Any) -> dict[str, bytes]:
    """The whole public tree of a paper with two spoken stories, in the forms asked for."""
    forms = getattr(request, "param", ["mp3", "m4a"])
    both = stories()
    spoken = {story.id: spoken_in_tones(story, tmp_path, forms) for story in both}
    tree: dict[str, bytes] = {}
    for target in site(make_paper(*both), spoken, pictures):
        tree |= target.made.files
    return tree


@pytest.fixture
def open_page(browser: Any, files: dict[str, bytes]) -> Iterator[Any]:
    """Opens a story in a fresh browser; the page may not complain."""
    contexts, complaints = [], []

    def opened(number: int = 7, **options: Any) -> Any:
        context = browser.new_context(
            viewport={"width": 1280, "height": 900}, service_workers="block", **options
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.route("**/*", lambda route: answer(route, files))
        page.goto(f"{ORIGIN}/harbour/story-{number}/")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def until(page: Any, true: str, arg: Any = None) -> None:
    """Wait for a function of the page; Playwright's own wait needs eval, which CSP forbids."""
    for _ in range(400):
        if page.evaluate(true, arg):
            return
        page.wait_for_timeout(25)
    raise AssertionError(f"never true: {true}")


def started(page: Any) -> None:
    page.wait_for_selector(".can-seek")
    page.evaluate(LISTEN)
    page.click(".player-play")
    until(page, "() => document.querySelector('audio').currentTime > 0.2")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("files", "ending"), [(["mp3"], "mp3"), (["mp3", "m4a"], "m4a")], indirect=["files"]
)
def test_the_highlighted_sentence_is_the_one_that_sounds_at_twenty_random_times(open_page, ending):
    page = open_page()
    started(page)
    assert page.evaluate("document.querySelector('audio').currentSrc").endswith(ending)
    cues = cues_of(page)
    chance = random.Random(20261125)
    for _ in range(20):
        number = chance.randrange(len(cues))
        _, start, end, _ = cues[number]
        at = chance.uniform(start + 0.1, end - 0.7)
        page.evaluate("at => { document.querySelector('audio').currentTime = at; }", at)
        until(page, "at => document.querySelector('audio').currentTime > at + 0.25", at)
        heard, reading, now = page.evaluate("heard()")
        sounding = round((heard - 300) / 110)
        assert reading == cues[sounding][0], (heard, now, at)
        assert sounding == number


def cues_of(page: Any) -> list[Any]:
    """[anchor, start, end, words] of each sentence, as the page gets them."""
    script = "async path => (await (await fetch(path)).json()).cues"
    return list(page.evaluate(script, page.get_attribute("[data-cues]", "data-cues")))


def test_the_word_that_sounds_is_marked_inside_its_sentence(open_page):
    page = open_page()
    started(page)
    page.click("#s-b0-1")
    seen = set()
    for _ in range(30):
        word = page.evaluate(
            "() => [...(CSS.highlights.get('courant-word') ?? [])].map(r => String(r))[0] ?? ''"
        )
        seen.add(word)
        page.wait_for_timeout(60)
    assert {"Sentence", "number", "1", "is"} <= seen


def test_sound_and_mark_agree_at_every_speed(open_page):
    page = open_page()
    started(page)
    speeds = page.eval_on_selector_all(".player-speed option", "all => all.map(o => o.value)")
    assert (speeds[0], speeds[-1]) == ("0.75", "2")
    for speed in speeds:
        page.select_option(".player-speed", speed)
        page.click("#s-b3-0")
        page.wait_for_timeout(500)
        heard, reading, _ = page.evaluate("heard()")
        assert page.evaluate("document.querySelector('audio').playbackRate") == float(speed)
        assert reading == "s-b3-0"
        assert heard == pytest.approx(pitch(4), abs=30)  # headline, three sentences, this one
    page.reload()
    page.wait_for_selector(".can-seek")
    assert page.eval_on_selector(".player-speed", "e => e.value") == "2"


def test_everything_works_by_keyboard(open_page):
    page = open_page()
    page.wait_for_selector(".can-seek")
    page.focus(".player-play")
    page.keyboard.press("Space")
    page.locator("#s-headline-0.reading").wait_for()
    for _ in range(3):
        page.keyboard.press("l")
    page.locator("#s-b0-2.reading").wait_for()
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.evaluate("document.querySelector('audio').paused")
    page.focus(".player-bar")
    before = page.evaluate("document.querySelector('audio').currentTime")
    page.keyboard.press("ArrowRight")
    until(page, "b => document.querySelector('audio').currentTime > b + 4", before)
    assert " of " in page.get_attribute(".player-bar", "aria-valuetext")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "player-speed"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "player-later"


def test_the_page_scrolls_with_the_voice_and_gently_or_not_at_all(open_page):
    for reduced, behaviour in (("reduce", "auto"), ("no-preference", "smooth")):
        page = open_page(reduced_motion=reduced)
        page.evaluate(
            "() => { globalThis.asked = [];"
            " Element.prototype.scrollIntoView = how => asked.push(how); }"
        )
        page.set_viewport_size({"width": 390, "height": 300})
        page.wait_for_selector(".can-seek")
        page.evaluate("() => document.querySelector('#s-b9-2').click()")
        page.locator("#s-b9-2.reading").wait_for()
        page.evaluate("() => document.querySelector('#s-b6-0').click()")
        page.wait_for_timeout(200)
        asked = page.evaluate("asked")
        assert all(each == {"block": "center", "behavior": behaviour} for each in asked)


def test_a_queue_goes_on_with_the_next_story_by_itself(open_page):
    page = open_page(8)
    page.click(".player-later")
    assert page.get_attribute(".player-later", "aria-pressed") == "true"
    page.goto(f"{ORIGIN}/harbour/story-7/")
    page.get_by_role("list", name="To listen to next").get_by_text("The second").wait_for()
    page.wait_for_selector(".can-seek")
    page.click(".player-play")
    page.evaluate("() => { const a = document.querySelector('audio'); a.currentTime = 1e6; }")
    page.wait_for_url("**/harbour/story-8/#listen")
    until(page, "() => document.querySelector('audio').currentTime > 0.3")
    assert not page.evaluate("document.querySelector('audio').paused")
    page.locator(".reading").wait_for()


def test_a_story_on_a_card_can_be_put_aside_and_taken_out(open_page):
    page = open_page()
    page.get_by_role("button", name="Listen later: The second").click()
    page.get_by_role("link", name="The second").first.wait_for()
    page.get_by_role("button", name="Remove: The second").click()
    assert page.locator(".player-queue li").count() == 0


def test_the_lock_screen_shows_the_story_and_its_buttons_work(open_page):
    page = open_page()
    page.evaluate(
        "() => { globalThis.acts = {}; navigator.mediaSession.setActionHandler ="
        " (name, act) => { acts[name] = act; }; }"
    )
    page.wait_for_selector(".can-seek")
    page.click(".player-play")
    until(page, "() => navigator.mediaSession.metadata?.title === 'The first'")
    assert page.evaluate("navigator.mediaSession.metadata.artist") == "The Test Lantern"
    page.evaluate("acts.seekto({ seekTime: 12 })")
    until(page, "() => document.querySelector('audio').currentTime >= 12")
    page.evaluate("acts.pause()")
    assert page.evaluate("document.querySelector('audio').paused")


def test_without_a_script_both_forms_and_the_text_with_times_are_there(open_page, files):
    page = open_page(java_script_enabled=False)
    assert page.locator("audio[controls]").is_visible()
    sources = page.locator("audio source")
    assert [sources.nth(n).get_attribute("type") for n in range(2)] == ["audio/mp4", "audio/mpeg"]
    link = page.get_by_role("link", name="Text with times")
    assert link.get_attribute("href") == "/audio/story-7.vtt"
    assert files["audio/story-7.vtt"].startswith(b"WEBVTT\n\n")
    assert page.locator("audio track").get_attribute("kind") == "captions"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(open_page, scheme, width):
    from axe_playwright_python.sync_playwright import Axe

    page = open_page(color_scheme=scheme, bypass_csp=True)
    page.set_viewport_size({"width": width, "height": 900})
    page.get_by_role("button", name="Listen later: The second").click()
    page.click(".player-play")
    page.locator(".reading").wait_for()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_the_script_is_small():
    import brotli

    from courant.front.assets import SOURCE

    assert len(brotli.compress((SOURCE / "player.js").read_bytes())) <= 8 * 1024
