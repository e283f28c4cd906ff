"""Asking a WSGI application (PEP 3333) about one of granian's requests."""

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import IO, Any

from courant.ops.web.headers import Headers

Environ = dict[str, Any]
StartResponse = Callable[..., Callable[[bytes], object]]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

# Told by other names, or by nobody but the server itself (Proxy: CVE-2016-5385).
NOT_PASSED_ON = {"content-type", "content-length", "proxy"}


def environ_of(scope: Any, body: IO[bytes], length: int) -> Environ:
    """The environment of a request, whose body is read to its end already."""
    server, port = _address(scope.server)
    headers = scope.headers
    environ: Environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "CONTENT_TYPE": headers.get("content-type", ""),
        "CONTENT_LENGTH": str(length),
        "SERVER_NAME": server,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": _address(scope.client)[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name in headers.keys():  # noqa: SIM118 - not a dict
        # An underscore would make a stranger's X_Forwarded_For look like the proxy's own.
        if name not in NOT_PASSED_ON and "_" not in name:
            joint = "; " if name == "cookie" else ","
            environ[f"HTTP_{name.upper().replace('-', '_')}"] = joint.join(headers.get_all(name))
    environ.setdefault("HTTP_HOST", scope.authority or scope.server)
    return environ


@dataclass
class Response:
    """What the application answered, whole."""

    status: int = 500
    headers: Headers = field(default_factory=list)
    body: bytes = b""


def run(application: Application, environ: Environ) -> Response:
    """Runs the application to its end; raises what it raises."""
    response = Response()
    written: list[bytes] = []

    def start(status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], object]:
        response.status, response.headers = int(status.split()[0]), headers
        return written.append

    pieces = application(environ, start)
    try:
        written.extend(pieces)
    finally:
        if close := getattr(pieces, "close", None):
            close()
    response.body = b"".join(written)
    return response


def _address(text: str) -> tuple[str, str]:
    """Host and port of "127.0.0.1:80" or "[::1]:80"; a Unix socket has no port."""
    host, colon, port = text.rpartition(":")
    return (host.strip("[]"), port) if colon else (text, "")
