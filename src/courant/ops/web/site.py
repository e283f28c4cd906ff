"""The application that granian runs: everything is a file, but for a few addresses."""

import gc
import logging
from asyncio import AbstractEventLoop
from collections.abc import Awaitable, Generator
from importlib import import_module
from pathlib import Path
from typing import Any

from courant.figures.address import ADDRESS
from courant.lib.threads import hand_over_soon
from courant.ops.web.answers import Answer, says
from courant.ops.web.dynamic import Dynamic, Room
from courant.ops.web.public import PublicFiles
from courant.ops.web.wsgi import Application

log = logging.getLogger(__name__)

DESK, FORMS = "/desk/", "/newsletter/"
DESK_STATIC = "/desk/static/"


class Site:
    """An RSGI application over a home: its public root, its desk's static files, its Django."""

    def __init__(
        self,
        home: Path,
        *,
        capacity: int,
        https: bool,
        told: bool = False,
        frames: tuple[str, ...] = (),
    ) -> None:
        root = home / "public" / "current"
        self.public = PublicFiles(root, capacity, https=https, told=told, frames=frames)
        # Wagtail puts its version behind each name; ours may change, so all are asked for again.
        self.static = PublicFiles(home / "static", capacity, https=https, hashed=())
        self.dynamic = Dynamic(load_django, self.public.security)

    def __rsgi_init__(self, loop: AbstractEventLoop) -> None:
        hand_over_soon()  # Django's threads make way for readers
        self.dynamic.warm_up()

    def __rsgi_del__(self, loop: AbstractEventLoop) -> None:
        """The process ends: what was counted in memory is written down."""
        if self.dynamic.lazy.application is None:
            return  # then nothing was counted
        try:
            import_module("courant.figures.keeping").ABACUS.put_down()
        except Exception:  # the process ends all the same
            log.exception("Figures of reading of the last seconds are lost")

    def __rsgi__(self, scope: Any, proto: Any) -> Awaitable[None]:
        path: str = scope.path
        if path.startswith(DESK_STATIC):
            return self._give(self.static, path[len(DESK_STATIC) - 1 :], scope, proto)
        if path.startswith((DESK, FORMS)) or path in ("/desk", ADDRESS):
            return self._ask(scope, proto)
        return self._give(self.public, path, scope, proto)

    def _give(self, files: PublicFiles, path: str, scope: Any, proto: Any) -> Awaitable[None]:
        try:
            answer = files.answer(scope.method, path, scope.headers, scope.query_string)
        except Exception:  # one file's fault is no other reader's
            answer = self._failed(path)
        send(proto, answer, scope.method)
        return DONE

    async def _ask(self, scope: Any, proto: Any) -> None:
        room = self._room(scope.path)
        try:
            answer = await self.dynamic.answer(scope, proto, room)
        except Exception:
            answer = self._failed(scope.path)
        send(proto, answer, scope.method)

    def _room(self, path: str) -> Room:
        if path == ADDRESS:
            return self.dynamic.figures
        return self.dynamic.forms if path.startswith(FORMS) else self.dynamic.desk

    def _failed(self, path: str) -> Answer:
        log.exception("Answering %r failed", path)
        headers = [("cache-control", "no-store"), *self.public.security]
        return says(500, "This did not work, and the log says why.", headers)


class Done:
    """What is awaited when nothing is left to do."""

    def __await__(self) -> Generator[None, None, None]:
        yield from ()


DONE = Done()


def send(proto: Any, answer: Answer, method: str) -> None:
    """Hands an answer to granian, which sends it on while we go on."""
    if method == "HEAD":
        proto.response_empty(answer.status, answer.headers)
    elif answer.path:
        span = (answer.path, answer.first, answer.end)
        proto.response_file_range(answer.status, answer.headers, *span)
    else:
        proto.response_bytes(answer.status, answer.headers, answer.body)


def load_django() -> Application:
    """Django with the home's settings; raises what they or the apps raise."""
    application: Application = import_module("courant.wsgi").application
    gc.freeze()  # readers need not wait while all of Django is searched for garbage
    return application
