"""An event loop on which readers need not wait: what can be answered at once, is.

granian hands each request to the loop as a coroutine, from a thread of its own. A public file
needs no loop: its coroutine is run right there, which spares a change of threads and a task, a
third of what such an answer costs. Python 3.12 calls this an eager start. If granian comes to hand
its requests over in another way, everything works as on any other loop.
"""

import asyncio
from collections.abc import Callable, Generator
from contextvars import Context
from types import CoroutineType, coroutine
from typing import TypeVarTuple, Unpack

Arguments = TypeVarTuple("Arguments")


class EagerLoop(asyncio.SelectorEventLoop):
    """Runs a coroutine that another thread schedules up to its first pause, in that thread.

    Until then it may touch nothing of asyncio's; `on_the_loop` is the pause after which it may.
    """

    def __init__(self) -> None:
        super().__init__()
        self.done = asyncio.Handle(lambda: None, (), self)  # of what ran already

    def call_soon_threadsafe(
        self,
        callback: Callable[[Unpack[Arguments]], object],
        *args: *Arguments,
        context: Context | None = None,
    ) -> asyncio.Handle:
        if args and type(args[0]) is CoroutineType:
            try:
                args[0].send(None)
            except StopIteration:
                return self.done
        return super().call_soon_threadsafe(callback, *args, context=context)


@coroutine
def on_the_loop() -> Generator[None]:
    """The rest of the coroutine that awaits this runs on the event loop."""
    yield


def eager_loop() -> EagerLoop:
    """A loop for this process, as granian asks for one."""
    loop = EagerLoop()
    asyncio.set_event_loop(loop)
    return loop
