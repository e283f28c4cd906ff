"""`courant status`: what waits, what failed and why, what was done last."""

import argparse

HELP = "what waits, what failed and why, what was done last"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    del parser


def run(args: argparse.Namespace) -> int:
    from courant.pipeline.state import last_done, problems, waiting

    queue = waiting()
    print("Waiting")
    print(f"  changes to bake    {queue.changes}")
    print(f"  stories to speak   {queue.narrations}")
    print(f"  sign-ups to answer {queue.signups}")
    print(f"  letters to send    {queue.letters}")
    if queue.followers:
        print(f"  copies to follow   {queue.followers}")
    found = problems(details=True)
    print("Failed" if found else "Failed\n  nothing")
    for problem in found:
        print(f"  {problem}")
    done = last_done()
    print("Done last" if done else "Done last\n  nothing yet")
    for line in done:
        print(f"  {line}")
    return 1 if found else 0
