"""Signed, read back, altered, unsigned: what a file says and whether it can be believed."""

import datetime as dt

import av
import pytest

from courant.narration import produce
from courant.narration.provenance import certificate
from courant.narration.provenance.certificate import NoCertificate, root_file
from courant.narration.provenance.verify import examine
from courant.narration.tests.hear import decoded
from courant.narration.voices.memory import MemoryVoice
from courant.stories import published as out
from courant.stories.tests.make import make_published_story

pytestmark = pytest.mark.django_db
FORMS = ["mp3", "m4a"]


class TrainedVoice(MemoryVoice):
    """Tones that say of themselves that a model made them."""

    source_type = "trainedAlgorithmicMedia"


@pytest.fixture
def signing(settings, tmp_path):
    settings.COURANT_AUDIO = tmp_path / "narration"
    settings.COURANT_SIGNING = tmp_path / "narration.pem"
    certificate.make(settings.COURANT_SIGNING, "The Test Lantern")
    return settings.COURANT_SIGNING


def narrated(voice=None):
    body = (out.Subheading("h", "By night"), "It rained.", "It snowed. It froze.")
    story = make_published_story(*body, headline="Rain, then snow")
    voice = voice or MemoryVoice()
    assert produce.narrate(story, voice=voice).error == ""
    row = produce.request(story, voice=voice)
    return {ending: produce.shelf.sound_file(row, ending) for ending in FORMS}


@pytest.mark.parametrize("ending", FORMS)
@pytest.mark.parametrize("voice", [MemoryVoice, TrainedVoice])
def test_a_signed_file_says_how_it_came_about_and_is_believed(signing, ending, voice):
    finding = examine(narrated(voice())[ending], root_file(signing))
    assert finding.verdict == "trusted"
    said = " ".join(finding.sentences)
    assert "Signed by: The Test Lantern (The Test Lantern: narration)" in said
    assert "Title: Rain, then snow" in said
    assert f"(IPTC: {voice.source_type})" in said
    assert "Text: http://" in said


@pytest.mark.parametrize("ending", FORMS)
def test_strangers_see_that_it_is_whole_and_not_who_signed(signing, ending):
    finding = examine(narrated()[ending])
    assert finding.verdict == "valid"
    assert "Who signed it is not proved" in " ".join(finding.sentences)


@pytest.mark.parametrize("ending", FORMS)
@pytest.mark.parametrize("place", [0.3, 0.6, 0.99])
def test_one_flipped_bit_is_found(signing, ending, place):
    file = narrated()[ending]
    data = bytearray(file.read_bytes())
    at = int(len(data) * place) if ending == "mp3" else _in_sound(data, place)
    data[at] ^= 1
    file.write_bytes(data)
    finding = examine(file, root_file(signing))
    assert finding.verdict == "altered"
    assert finding.sentences == (
        "The file was altered after it was signed. Nothing that it says can be believed.",
    )


def _in_sound(data: bytes, place: float) -> int:
    start = data.rfind(b"mdat") + 4
    return start + int((len(data) - start - 1) * place)


@pytest.mark.parametrize("ending", FORMS)
def test_tags_chapters_and_every_sample_survive_the_signature(signing, settings, ending):
    signed = narrated()[ending]
    samples, _ = decoded(signed)
    with av.open(str(signed)) as container:
        facts, chapters = container.metadata, len(container.chapters())
    settings.COURANT_SIGNING = signing.with_name("none.pem")
    settings.COURANT_AUDIO = signing.with_name("unsigned")
    plain = narrated()[ending]
    bare, _ = decoded(plain)
    assert (samples == bare).all()
    assert signed.stat().st_size > plain.stat().st_size + 2000
    assert (facts["title"], facts["comment"]) == (
        "Rain, then snow",
        "This audio is created with AI assistance",
    )
    assert chapters == 2


@pytest.mark.parametrize("ending", FORMS)
def test_a_file_without_a_signature_says_so(settings, tmp_path, ending):
    settings.COURANT_AUDIO = tmp_path
    settings.COURANT_SIGNING = tmp_path / "none.pem"
    finding = examine(narrated()[ending])
    assert finding.verdict == "none"
    assert "no Content Credentials" in finding.sentences[0]


def test_what_is_no_sound_is_not_taken_for_one(tmp_path):
    file = tmp_path / "letter.mp3"
    file.write_text("Dear editor")
    assert examine(file).verdict in ("none", "invalid")


def test_a_switched_off_disclosure_signs_and_says_nothing(signing, settings):
    settings.COURANT_DISCLOSURE = "off"
    file = narrated()["mp3"]
    assert examine(file).verdict == "none"
    with av.open(str(file)) as container:
        assert "comment" not in container.metadata


def test_a_certificate_that_cannot_sign_fails_the_narration_and_says_why(signing):
    signing.write_text(signing.read_text().split("-----BEGIN CERTIFICATE")[0])
    story = make_published_story("It rained.")
    row = produce.narrate(story, voice=MemoryVoice())
    assert row.status == "failed"
    assert "holds no certificate with its key" in row.error


def test_an_expired_certificate_is_told_with_what_to_do(signing):
    long_ago = dt.datetime.now(dt.UTC) - dt.timedelta(days=365 * 30)
    with pytest.raises(NoCertificate):
        certificate.make(signing, "The Test Lantern", now=long_ago)
    story = make_published_story("It rained.")
    row = produce.narrate(story, voice=MemoryVoice())
    assert row.status == "failed"
    assert "has expired on 20" in row.error
    assert "courant voices certificate --replace" in row.error


def test_the_secret_is_readable_by_its_owner_alone(signing):
    assert signing.stat().st_mode & 0o777 == 0o600
    assert b"PRIVATE" not in root_file(signing).read_bytes()


@pytest.mark.parametrize(
    ("content", "said"), [(None, "There is no certificate at"), ("x", "holds no certificate")]
)
def test_a_certificate_that_is_none_is_told(tmp_path, content, said):
    file = tmp_path / "narration.pem"
    if content:
        file.write_text(content)
    with pytest.raises(NoCertificate, match=said):
        certificate.load(file)
