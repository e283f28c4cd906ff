"""granian with our application, in processes that are started anew when they die."""

import os
import resource
from functools import partial
from pathlib import Path

from granian import Granian, loops
from granian.constants import HTTPModes, Interfaces, RuntimeModes
from granian.http import HTTP1Settings

from courant.config import Config
from courant.ops.web.loop import eager_loop
from courant.ops.web.site import Site

MOST_PROCESSES = 4  # each holds a Django and a cache of its own
CONNECTIONS = 8192  # at once; readers' browsers keep theirs open for a while
OWN_FILES = 256  # for the database, the log, temporary files
HTTP1 = HTTP1Settings(
    header_read_timeout=15_000,  # milliseconds
    max_buffer_size=64 << 10,  # bytes: the longest headers, and what waits for a slow reader
)
READERS_OF_FILES = 16  # threads that stream large files, a piece at a time


def serve(home: Path, config: Config, host: str, port: int) -> None:
    """Serve a home until SIGINT or SIGTERM."""
    loops.register("auto")(eager_loop)
    # Settings are read once: a process that is started anew must not fail on ones broken meanwhile.
    https = config.site_url.startswith("https:")
    site = partial(
        Site,
        home,
        capacity=config.cache_megabytes << 20,
        https=https,
        told=bool(config.cdn),
        frames=tuple(config.embed_hosts),
    )
    Granian(
        "courant",
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        workers=_processes(),
        runtime_mode=RuntimeModes.mt,
        runtime_blocking_threads=READERS_OF_FILES,
        http=HTTPModes.http1,
        http1_settings=HTTP1,
        websockets=False,
        backpressure=_connections(),
        log_level="error",
        respawn_failed_workers=True,
    ).serve(target_loader=site, wrap_loader=False)


def _processes() -> int:
    """One for two cores: it keeps both busy, one with HTTP, the other with our code."""
    return max(1, min(MOST_PROCESSES, len(os.sched_getaffinity(0)) // 2))


def _connections() -> int:
    """How many the system lets us have: each takes a file, and another while one is streamed."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * CONNECTIONS + OWN_FILES
    if soft < wanted:
        soft = min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return max(min(CONNECTIONS, (soft - OWN_FILES) // 2), 128)
