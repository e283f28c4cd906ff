"""The commands of `courant`, one module each, in the order in which help lists them.

A module has HELP (one line), `add_arguments(parser)` and `run(args) -> int`, the exit code.
"""

NAMES = (
    "init",
    "publish",
    "import",
    "deliver",
    "newsletter",
    "work",
    "up",
    "web",
    "worker",
    "bake",
    "follow",
    "status",
    "narrate",
    "voices",
    "verify",
    "login",
    "demo",
    "django",
)


class Refused(Exception):
    """A command cannot go on; the message is the sentence that the person at the terminal reads."""
