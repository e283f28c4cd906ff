"""A long story as it is published: measured, decoded, compared with what its table says."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from courant.narration import produce
from courant.narration.captions import cues_json, transcript, webvtt
from courant.narration.models import Narration
from courant.narration.tests.hear import decoded, ebur128, loudness
from courant.narration.voices.memory import MemoryVoice
from courant.stories import published as out
from courant.stories.tests.make import make_published_photo, make_published_story, paragraph

pytestmark = pytest.mark.django_db
MEMORY = "courant.narration.voices.memory.MemoryVoice"
WORDS = (
    "The council of the harbour town voted nine to four on Tuesday to keep the night ferry. "
    "“We have waited eleven weeks for this,” said Benedikt Orr, who sells tea on the pier. "
    "Repairs to the shaft cost one million pounds, and a second crew has been hired. "
    "Nobody on board was hurt when it broke. Passengers were brought ashore by the pilot boat. "
)


@pytest.fixture
def audio(settings, tmp_path):
    settings.COURANT_AUDIO = tmp_path / "narration"
    settings.COURANT_SIGNING = tmp_path / "none.pem"
    return settings.COURANT_AUDIO


def long_story(folder: Path, words: int = 1000) -> out.PublishedStory:
    """A thousand words under four subheadings, a quote among them, and a photo."""
    per_part = -(-words // 4 // len(WORDS.split()))
    body: list[out.Block] = []
    for part in range(4):
        body += [out.Subheading(f"h{part}", f"Part number {part + 1}")]
        body += [
            paragraph(f"Paragraph {part} {number} begins here. {WORDS}", f"p{part}-{number}")
            for number in range(per_part)
        ]
    body.append(out.Quote("q", (out.Run("It was loud, and then it was dark."),), "Ada Fell"))
    photo = make_published_photo(folder)
    return make_published_story(*body, headline="The night ferry stays", lead_photo=photo)


@pytest.mark.slow
def test_a_thousand_words_are_spoken_as_the_table_says_in_both_forms(audio, tmp_path):
    story = long_story(tmp_path)
    row = produce.narrate(story)
    assert row.error == ""
    spoken = produce.spoken(story)
    assert sum(len(cue.text.split()) for cue in spoken.cues) >= 1000
    for file, frame in zip(spoken.files, (576 / 22050, 1024 / 22050), strict=True):
        samples, rate = decoded(file.file)
        assert abs(len(samples) / rate - spoken.seconds) <= frame
        level, peak = ebur128(samples, rate)
        assert level == pytest.approx(-16, abs=0.5)
        assert peak <= -2.0
        for cue, following in zip(spoken.cues, [*spoken.cues[1:], None], strict=True):
            assert loudness(samples[round(cue.start * rate) : round(cue.end * rate)]) > 0.03, cue
            until = following.start if following else spoken.seconds
            pause = samples[round((cue.end + frame) * rate) : round((until - 2 * frame) * rate)]
            assert np.abs(pause).max() < 0.003, cue
    assert row.loudness == pytest.approx(-16, abs=0.3)
    assert not list((audio / "takes").iterdir())


@pytest.fixture
def tones(settings, audio):
    """Two voices of tones: everybody's, and one for quotes."""
    settings.COURANT_VOICES = {
        "en": {"BACKEND": MEMORY, "QUOTES": "quotes", "OPTIONS": {"language": "en"}},
        "quotes": {"BACKEND": MEMORY, "LANGUAGE": "en", "OPTIONS": {"language": "q"}},
    }


def test_quotes_are_said_by_the_second_voice_and_nothing_else(tones, tmp_path):
    from courant.narration.voices import named

    for name in ("en", "quotes"):
        named(name).spoken.clear()
    story = long_story(tmp_path, words=50)
    produce.narrate(story)
    assert named("quotes").spoken == ["It was loud, and then it was dark."]
    assert "Ada Fell" in named("en").spoken


def test_subheadings_are_chapters_in_every_form(tones, tmp_path):
    story = long_story(tmp_path, words=50)
    produce.narrate(story)
    spoken = produce.spoken(story)
    titles = ["The night ferry stays", *(f"Part number {n}" for n in range(1, 5))]
    assert [chapter.title for chapter in spoken.chapters] == titles
    heads = {cue.block: cue.start for cue in spoken.cues if cue.block.startswith("h")}
    assert [chapter.start for chapter in spoken.chapters[1:]] == [
        pytest.approx(heads[f"h{n}"], abs=0.001) for n in range(4)
    ]
    assert spoken.chapters[-1].end == pytest.approx(spoken.seconds)
    for file in spoken.files:
        with av.open(str(file.file)) as container:
            found = [(c["metadata"]["title"], c["start"]) for c in container.chapters()]
            assert container.metadata["comment"] == "This audio is created with AI assistance"
            assert container.metadata["artist"] == "Marta Quill"
            assert [s.disposition.name for s in container.streams.video] == ["attached_pic"]
        assert [title for title, _ in found] == titles


def test_words_are_told_where_they_stand_on_the_page(tones, tmp_path):
    story = make_published_story(paragraph("It rained. Then it snowed.", "b"), headline="Rain")
    produce.narrate(story)
    spoken = produce.spoken(story)
    cue = next(c for c in spoken.cues if (c.block, c.sentence) == ("b", 1))
    assert [cue.text[w.start : w.start + w.length] for w in cue.words] == ["Then", "it", "snowed"]
    assert cue.start == pytest.approx(cue.words[0].at, abs=0.03)
    facts = json.loads(cues_json(spoken))
    row = next(row for row in facts["cues"] if row[0] == "s-b-1")
    assert row[3][1::3] == [0, 5, 8]
    assert row[3][2::3] == [4, 2, 6]


def test_captions_hold_every_sentence_and_no_markup(tones):
    story = make_published_story(paragraph("It rose <b>fast</b> --> up & on.", "b"), headline="A")
    produce.narrate(story)
    spoken = produce.spoken(story)
    text = webvtt(spoken.cues).decode()
    assert text.startswith("WEBVTT\n\ns-headline-0\n00:00:00.")
    assert "It rose &lt;b&gt;fast&lt;/b&gt; --&gt; up &amp; on." in text
    assert text.count(" --> ") == len(spoken.cues)
    assert "It rose <b>fast</b>" in transcript(spoken.cues)


def test_a_photo_that_goes_leaves_the_sound_and_nothing_is_spoken_again(tones, tmp_path):
    from courant.narration.voices import named

    story = long_story(tmp_path, words=50)
    produce.narrate(story)
    named("en").spoken.clear()
    without = replace(story, lead_photo=None)
    assert produce.spoken(without) is None
    produce.narrate(without)
    assert named("en").spoken == []
    for file in produce.spoken(without).files:
        with av.open(str(file.file)) as container:
            assert list(container.streams.video) == []


def test_two_edits_within_a_second_leave_the_sound_of_the_last_one(tones, tmp_path):
    story = make_published_story("It rained.")
    edits = [replace(story, headline=f"Edit {n}") for n in range(3)]
    for edit in edits:
        produce.request(edit)
    for edit in edits:
        produce.narrate(edit)
    assert [produce.spoken(edit) is not None for edit in edits] == [False, False, True]
    assert Narration.objects.ready().filter(story_id=story.id).count() == 1


def test_which_stories_can_be_heard_is_one_query(tones, django_assert_num_queries):
    stories = [make_published_story(f"Story {n}.") for n in range(4)]
    for story in stories[:3]:
        produce.narrate(story)
    produce.spoken(stories[1]).files[1].file.unlink()
    Narration.objects.filter(story_id=stories[2].id).update(superseded_at="2026-01-01T00:00Z")
    with django_assert_num_queries(1):
        assert produce.heard(story.id for story in stories) == {stories[0].id}
    assert produce.heard([]) == set()


# ── Recordings ────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def recording(tmp_path):
    """Forty seconds in stereo at 44.1 kHz, soft."""
    tone = MemoryVoice(sample_rate=44100).speak("la li lo lu " * 60).samples * 0.05
    file = tmp_path / "read.wav"
    with av.open(str(file), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=44100, layout="stereo")
        frame = av.AudioFrame.from_ndarray(
            np.round(np.stack([tone, tone]).T.reshape(1, -1) * 32767).astype("<i2"), "s16", "stereo"
        )
        frame.sample_rate = 44100
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return out.PublishedRecording(file, "d" * 64, "Ottilie Marsh", len(tone) / 44100)


def test_a_recording_is_heard_instead_of_a_voice_at_the_same_loudness(tones, recording):
    story = make_published_story("It rained.", recording=recording)
    row = produce.narrate(story)
    assert row.error == ""
    spoken = produce.spoken(story)
    assert (spoken.voice, spoken.synthetic, spoken.cues) == ("Ottilie Marsh", False, ())
    assert spoken.captions_path == ""
    assert row.note == "A recording: no sentence is marked while it is heard."
    onsets = []
    for file in spoken.files:
        samples, rate = decoded(file.file)
        assert len(samples) / rate == pytest.approx(spoken.seconds, abs=0.1)
        level, peak = ebur128(samples, rate)
        assert level == pytest.approx(-16, abs=0.5)
        assert peak <= -2.0
        onsets.append(np.argmax(np.abs(samples) > 0.05) / rate)
        with av.open(str(file.file)) as container:
            assert "comment" not in container.metadata  # no machine speaks
    assert onsets[0] == pytest.approx(onsets[1], abs=0.01)


def test_a_recording_that_cannot_be_read_is_told(tones, recording):
    recording.file.write_bytes(b"not a sound")
    row = produce.narrate(make_published_story("It rained.", recording=recording))
    assert row.status == "failed"
    assert "Invalid data" in row.error
    shutil.rmtree(recording.file, ignore_errors=True)
