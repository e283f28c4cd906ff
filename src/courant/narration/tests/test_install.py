"""Voices are fetched whole, known by their digest, and with a licence; or not at all."""

import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from courant.narration.tests import tiny_models
from courant.narration.voices.base import VoiceError
from courant.narration.voices.install import CannotInstall, Entry, catalogue, install, installed
from courant.narration.voices.piper import PiperVoice


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A real, tiny model and its description."""
    model = tiny_models.write_piper(tmp_path_factory.mktemp("model") / "en_XX-tiny.onnx")
    return {path.name: path.read_bytes() for path in model.parent.iterdir()}


@pytest.fixture
def hub(files):
    """A server with both files that answers ranges. `cut`: it hangs up after so many bytes."""
    hub = type("Hub", (), {"cut": 0, "ranges": True, "asked": [], "files": dict(files)})()
    hub.asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            data = hub.files.get(self.path.rsplit("/", 1)[-1])
            asked = self.headers["Range"]
            hub.asked.append((self.path.rsplit("/", 1)[-1], asked))
            if data is None:
                self.send_error(404)
                return
            first = int(asked[6:-1]) if asked and hub.ranges else 0
            if first >= len(data):
                self.send_error(416)
                return
            self.send_response(206 if first else 200)
            self.send_header("Content-Length", str(len(data) - first))
            self.end_headers()
            self.wfile.write(data[first : hub.cut or None])

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    hub.url = f"http://127.0.0.1:{server.server_address[1]}/voices/"
    yield hub
    server.shutdown()
    server.server_close()


def entry(hub, files, **facts):
    digests = [hashlib.sha256(files[name]).hexdigest() for name in sorted(files)]
    usual = {
        "name": "en_XX-tiny",
        "language": "en",
        "url": hub.url,
        "sha256": digests[0],
        "config_sha256": digests[1],
        "licence": "CC0-1.0",
    }
    return Entry(**usual | facts)


def nothing(done, total):
    pass


def test_a_voice_is_installed_with_its_licence_and_speaks(hub, files, tmp_path, settings):
    settings.COURANT_VOICE_MODELS = tmp_path
    seen = []
    install(entry(hub, files), tmp_path, lambda done, total: seen.append((done, total)))
    assert seen[-1][0] == seen[-1][1] > 0
    assert installed(tmp_path)["en_XX-tiny"].licence == "CC0-1.0"
    voice = PiperVoice(voice="en_XX-tiny")
    assert voice.speak("Good evening.").seconds > 0.3
    assert voice.licence == "CC0-1.0"
    voice.close()


def test_a_download_that_was_cut_off_goes_on_where_it_was(hub, files, tmp_path):
    hub.cut = 30_000
    with pytest.raises(CannotInstall, match="30000 bytes are kept; run it again to go on"):
        install(entry(hub, files), tmp_path, nothing)
    assert installed(tmp_path) == {}
    hub.cut = 0
    install(entry(hub, files), tmp_path, nothing)
    assert ("en_XX-tiny.onnx", "bytes=30000-") in hub.asked
    assert (tmp_path / "en_XX-tiny" / "en_XX-tiny.onnx").read_bytes() == files["en_XX-tiny.onnx"]
    assert not list(tmp_path.rglob("*.part"))


def test_a_server_without_ranges_is_asked_for_all_of_it(hub, files, tmp_path):
    hub.cut = 30_000
    with pytest.raises(CannotInstall):
        install(entry(hub, files), tmp_path, nothing)
    hub.cut, hub.ranges = 0, False
    install(entry(hub, files), tmp_path, nothing)
    assert "en_XX-tiny" in installed(tmp_path)


def test_a_file_that_is_not_the_pinned_one_is_deleted_and_told(hub, files, tmp_path):
    harmed = bytearray(files["en_XX-tiny.onnx"])
    harmed[500] ^= 1
    hub.files["en_XX-tiny.onnx"] = bytes(harmed)
    with pytest.raises(CannotInstall, match=r"is not what is expected: its SHA-256 is \w{64}, not"):
        install(entry(hub, files), tmp_path, nothing)
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


def test_what_is_there_already_is_not_fetched_again(hub, files, tmp_path):
    install(entry(hub, files), tmp_path, nothing)
    hub.asked.clear()
    install(entry(hub, files), tmp_path, nothing)
    assert hub.asked == []


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"name": "../evil"}, "is no name of a voice"),
        ({"sha256": "abc"}, "'abc' is no SHA-256"),
        ({"url": "ftp://example.org/"}, "is no https:// address"),
        ({"licence": " "}, "Say which licence"),
        ({"name": "missing"}, r"missing.onnx answered 404"),
    ],
)
def test_what_cannot_be_installed_is_told(hub, files, tmp_path, facts, said):
    with pytest.raises(CannotInstall, match=said):
        install(entry(hub, files, **facts), tmp_path, nothing)


def test_every_voice_of_the_list_has_digests_a_licence_and_a_safe_address():
    for name, one in catalogue().items():
        assert one.name == name
        assert len(one.sha256) == len(one.config_sha256) == 64
        assert one.url.startswith("https://")
        assert one.licence
        assert "lessac" not in name and "hfc" not in name  # they forbid what newsrooms do


def test_a_record_that_was_harmed_is_named_with_what_to_do(hub, files, tmp_path, settings):
    settings.COURANT_VOICE_MODELS = tmp_path
    model = install(entry(hub, files), tmp_path, nothing)
    record = model.with_name("installed.json")
    record.write_text("{")
    with pytest.raises(CannotInstall, match=f"{record} is no record .* Install the voice again"):
        installed(tmp_path)
    with pytest.raises(VoiceError, match=f"{record} is no record .* Install the voice again"):
        PiperVoice(voice="en_XX-tiny")
    install(entry(hub, files), tmp_path, nothing)
    assert installed(tmp_path)["en_XX-tiny"].licence == "CC0-1.0"


def test_a_server_that_is_not_there_is_said_to_be_so(hub, files, tmp_path):
    nowhere = entry(hub, files, url="http://127.0.0.1:1/")
    with pytest.raises(CannotInstall, match=r"fetched: \[Errno 111\] .* refused\. Run it again\.$"):
        install(nowhere, tmp_path, nothing)
