"""The desk and the forms: Django in a few threads, so that none of it can hold up a reader.

However slowly a stranger sends, and however many they are: a request gets a thread when all of it
is there, a bounded number waits for one, and the rest are told to come again.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from courant.figures.address import LARGEST
from courant.ops.web.answers import Answer, says
from courant.ops.web.headers import Headers
from courant.ops.web.loop import on_the_loop
from courant.ops.web.wsgi import Application, environ_of, run

log = logging.getLogger(__name__)

IN_MEMORY = 1 << 20  # bytes of a body; more goes to a temporary file
AGAIN = 5.0  # seconds between two attempts to load what failed to load


class Refusal(Exception):
    """A request that the application is not asked about."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


class Room:
    """Requests of one kind: how many are worked on, how many wait, how much each may send."""

    def __init__(
        self, name: str, *, threads: int, waiting: int, largest: int, patience: float
    ) -> None:
        self.threads = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self.free = threads + waiting
        self.largest, self.patience = largest, patience  # bytes of a body; seconds to send it

    def require_a_place(self) -> None:
        """Raises Refusal when too many wait already."""
        if not self.free:
            raise Refusal(503, "Too many ask at once. Please try again in a moment.")

    async def work(self, task: Callable[[], Answer]) -> Answer:
        """Runs the task in a thread of this room. Raises Refusal when too many wait already."""
        self.require_a_place()
        self.free -= 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self.threads, task)
        finally:
            self.free += 1


class Lazy:
    """An application that is loaded when it is first wanted, and once more when that failed."""

    def __init__(self, load: Callable[[], Application]) -> None:
        self.load = load
        self.application: Application | None = None
        self.lock, self.not_before = threading.Lock(), 0.0

    def get(self) -> Application:
        """Raises Refusal while it cannot be loaded; the log says why."""
        with self.lock:
            if self.application is None and time.monotonic() >= self.not_before:
                try:
                    self.application = self.load()
                except Exception:  # whatever it is, readers are served
                    log.exception("The desk and the forms cannot start. The paper is served")
                    self.not_before = time.monotonic() + AGAIN
        if self.application is None:
            raise Refusal(503, "The desk and the forms do not work just now. The paper does.")
        return self.application


class Dynamic:
    """Answers of a WSGI application. `headers` go onto those that are not its own."""

    def __init__(self, load: Callable[[], Application], headers: Headers) -> None:
        self.lazy, self.headers = Lazy(load), headers
        # Editors send photos and wait for them to be scaled. A form is small and done in a blink;
        # it has threads of its own, so that a flood of sign-ups leaves the desk alone.
        self.desk = Room("desk", threads=6, waiting=60, largest=60 << 20, patience=600)
        self.forms = Room("forms", threads=2, waiting=60, largest=64 << 10, patience=20)
        # Reports of pages come by the thousand, and nobody waits for an answer.
        self.figures = Room("figures", threads=1, waiting=200, largest=LARGEST, patience=5)

    def warm_up(self) -> None:
        """Load the application beside the readers, before the first editor asks."""
        self.desk.threads.submit(self.lazy.get)

    async def answer(self, scope: Any, proto: Any, room: Room) -> Answer:
        """What the application says, or why it was not asked."""
        try:
            room.require_a_place()  # a flood is turned away before it costs more than a page
            await on_the_loop()
            with SpooledTemporaryFile(IN_MEMORY) as body:
                length = await _receive(scope, proto, body, room)
                return await room.work(lambda: self._ask(scope, body, length))
        except Refusal as refusal:
            headers = [("retry-after", "5"), ("cache-control", "no-store"), *self.headers]
            return says(refusal.status, refusal.sentence, headers)

    def _ask(self, scope: Any, body: IO[bytes], length: int) -> Answer:
        response = run(self.lazy.get(), environ_of(scope, body, length))
        return Answer(response.status, response.headers, response.body)


async def _receive(scope: Any, proto: Any, body: IO[bytes], room: Room) -> int:
    """Writes the request's body to `body`; returns its length in bytes. Raises Refusal."""
    if scope.method in ("GET", "HEAD"):
        return 0
    told = scope.headers.get("content-length", "")
    if told.isdecimal() and int(told) > room.largest:
        raise _too_large(room)
    length = 0
    try:
        async with asyncio.timeout(room.patience):
            async for piece in proto:
                length += len(piece)
                if length > room.largest:
                    raise _too_large(room)
                body.write(piece)
    except TimeoutError:
        raise Refusal(408, f"Not all of it came within {room.patience:.0f} s.") from None
    if told.isdecimal() and length != int(told):
        raise Refusal(400, f"Only {length} of {told} bytes came.")
    body.seek(0)
    return length


def _too_large(room: Room) -> Refusal:
    return Refusal(413, f"More than {room.largest >> 10} KB cannot be sent here.")
