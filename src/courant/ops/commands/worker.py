"""`courant worker`: bake, narrate and deliver, all the time."""

import argparse
import threading

from courant.lib.memory import give_back_memory
from courant.ops.children import on_stop

HELP = "bake, narrate and deliver what waits, and keep going"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    del parser


def run(args: argparse.Namespace) -> int:
    from courant.pipeline.work import work_on

    give_back_memory()
    stop = threading.Event()
    on_stop(stop.set)
    work_on(stop)
    return 0
