"""`courant web`: serve the public files, the forms and the desk."""

import argparse
import errno
import socket

from courant.ops.commands import Refused

HELP = "serve the paper, the forms and the desk"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8000, metavar="N", help="default: 8000")
    parser.add_argument("--host", default="127.0.0.1", metavar="HOST", help="default: 127.0.0.1")


def run(args: argparse.Namespace) -> int:
    from courant.config import home_path, load_config
    from courant.ops.web.server import serve

    check_port(args.host, args.port)
    serve(home_path(), load_config(), args.host, args.port)
    return 0


def check_port(host: str, port: int) -> None:
    """Raises Refused with a sentence when nobody can listen there."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, port))
    except socket.gaierror:
        raise Refused(f"{host!r} is no address of this machine. Try --host 127.0.0.1") from None
    except OverflowError:
        raise Refused(f"{port} is no port. Ports go from 1 to 65535.") from None
    except OSError as error:
        reason = {
            errno.EADDRINUSE: f"Port {port} is in use by another program. "
            f"Try --port {port + 1}, or make demo PORT={port + 1}",
            errno.EACCES: f"Port {port} needs rights that you do not have. Try --port 8000",
            errno.EADDRNOTAVAIL: f"{host} is no address of this machine. Try --host 127.0.0.1",
        }.get(error.errno or 0, f"Port {port} cannot be opened: {error.strerror}.")
        raise Refused(reason) from None
