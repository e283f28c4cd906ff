"""The other side of `process`: a line of JSON in, a line and samples out. No Django here."""

import json
import os
import queue
import sys
import threading
from collections.abc import Callable
from typing import Any, BinaryIO

# {"rate": Hz, "words": [[start, length, at, until], …]} and 16-bit samples.
Answer = tuple[dict[str, Any], bytes]
FAULTS = (OSError, ValueError, ArithmeticError, RuntimeError)


def serve(start: Callable[[], Callable[[dict[str, Any]], Answer]]) -> None:
    """Answer requests until standard input ends. `start` gives the function that answers.

    LookupError from it is a permanent error: it would be the same in another process.
    """
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not land among the answers
    requests: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(sys.stdin.buffer, requests), daemon=True).start()
    speak = start()
    while True:
        header, pcm = _answer(speak, requests.get())
        out.write(json.dumps(header | {"bytes": len(pcm)}).encode() + b"\n" + pcm)
        out.flush()


def _answer(speak: Callable[[dict[str, Any]], Answer], line: bytes) -> Answer:
    try:
        return speak(json.loads(line))
    except LookupError as error:
        return {"error": str(error), "permanent": True}, b""
    except FAULTS as error:
        return {"error": str(error), "permanent": False}, b""


def _read(source: BinaryIO, requests: queue.SimpleQueue[bytes]) -> None:
    """Pass lines on; end this process with the pipe, also while a library is busy or stuck."""
    while line := source.readline():
        requests.put(line)
    os._exit(0)
