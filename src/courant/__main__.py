"""The command line: `courant [--home DIR] COMMAND`."""

import argparse
import gc
import os
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType

from pydantic import ValidationError as WrongSettings
from pydantic_settings import SettingsError

from courant import __version__
from courant.config import DEFAULT_HOME, home_path
from courant.lib.files import is_disk_full
from courant.ops.children import end_with_parent
from courant.ops.commands import NAMES, Refused

NEEDS_NO_HOME = ("init", "demo")
LOADS_LATER = ("up", "web")  # they have something to start first


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 done, 1 failed with a sentence, 2 wrong usage."""
    try:
        with _loading():
            args = _parser().parse_args(argv)
            if args.home:
                os.environ["COURANT_HOME"] = str(Path(args.home).resolve())
            _set_up(args.command)
        return int(_module(args.command).run(args))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output has gone, such as `head`; nothing more can be said there.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Refused as error:
        return _say(str(error))
    except WrongSettings as error:
        return _say(_about_settings(error))
    except Exception as error:
        if sentence := _about(error):
            return _say(sentence)
        raise


@contextmanager
def _loading() -> Iterator[None]:
    """What is loaded stays loaded: to look for rubbish in it takes a fifth of a command's start."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _say(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="courant", description=import_module("courant").__doc__)
    parser.add_argument("--version", action="version", version=f"courant {__version__}")
    parser.add_argument(
        "--home", metavar="DIR", help=f"the paper's data; else COURANT_HOME, else {DEFAULT_HOME}"
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in NAMES:
        module = _module(name)
        command = commands.add_parser(name, help=module.HELP, description=module.HELP)
        module.add_arguments(command)
    return parser


def _module(name: str) -> ModuleType:
    # `import` is a word of Python's own, so its module ends with an underscore.
    return import_module(f"courant.ops.commands.{name}{'_' if name == 'import' else ''}")


def _set_up(command: str) -> None:
    """Django with the home's settings. Raises Refused where there is no home yet."""
    home = home_path()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "courant.settings")
    if command in NEEDS_NO_HOME:
        return
    if not (home / "secrets" / "secret_key").exists():
        raise Refused(f"There is no home at {home}. Make one: courant --home {home} init")
    if command not in LOADS_LATER:
        import django

        django.setup()


def _about(error: Exception) -> str:
    """A sentence for what goes wrong outside Courant; empty for what is a fault of its own."""
    if is_disk_full(error):
        where = getattr(error, "filename", None) or home_path()
        return f"The disk is full: {where}. Make room and run it again."
    if isinstance(error, tomllib.TOMLDecodeError):
        return f"{home_path() / 'courant.toml'} is no TOML: {error}."
    if isinstance(error, SettingsError):
        return f'A setting cannot be read: {error}. Lists are written as JSON, such as ["a.org"].'
    if type(error).__name__ in ("OperationalError", "ProgrammingError"):
        return (
            f"The database does not answer as it should: {str(error).strip()}. "
            "Is it running, and is the home up to date (`courant init`)?"
        )
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename or home_path()}."
    return ""


def _about_settings(error: WrongSettings) -> str:
    lines = [f"  {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
    return "Some settings are wrong (docs/settings.md lists them):\n" + "\n".join(lines)


if __name__ == "__main__":
    end_with_parent()
    sys.exit(main())
