"""A small server that conforms to OpenAI's speech API, with Kokoro-FastAPI's timed words."""

import base64
import io
import json
import threading
import wave
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from courant.narration.voices.memory import MemoryVoice


def wav_of(text: str) -> tuple[bytes, list[dict[str, Any]]]:
    """24 kHz WAV and the words with their times."""
    sound = MemoryVoice(sample_rate=24000).speak(text)
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(24000)
        file.writeframes((sound.samples * 32767).astype("<i2").tobytes())
    words = [
        {"word": text[w.start : w.start + w.length], "start_time": w.at, "end_time": w.until}
        for w in sound.words
    ]
    return out.getvalue(), words


@dataclass
class SpeechServer:
    """`answers` are given first, one a request: (status, bytes); `asked` keeps what came."""

    answers: list[tuple[int, bytes]] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                data = self.rfile.read(int(self.headers["Content-Length"]))
                owner.asked.append(
                    {"path": self.path, "key": self.headers["Authorization"], **json.loads(data)}
                )
                status, body, kind = owner.answer(self.path, json.loads(data))
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}/v1"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def answer(self, path: str, asked: dict[str, Any]) -> tuple[int, bytes, str]:
        if self.answers:
            return (*self.answers.pop(0), "application/octet-stream")
        sound, words = wav_of(asked["input"])
        if path == "/v1/audio/speech":
            return 200, sound, "audio/wav"
        if path == "/dev/captioned_speech":
            facts = {"audio": base64.b64encode(sound).decode(), "timestamps": words}
            return 200, json.dumps(facts).encode(), "application/json"
        return 404, b'{"detail": "Not Found"}', "application/json"

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()
