"""HTTP by hand: what is asked goes out byte for byte, so that no client tidies it first."""

import socket
import ssl
from dataclasses import dataclass
from http.client import HTTPResponse


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]  # by lower-case name; several of one name joined by commas
    body: bytes


def ask(
    port: int,
    method: str,
    target: str,
    headers: dict[str, str] | None = None,
    *,
    body: bytes = b"",
    tls: ssl.SSLContext | None = None,
    host: str = "127.0.0.1",
) -> Answer:
    """One request on a connection of its own; `target` is sent as it is, in Latin-1."""
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return ask_bytes(port, "\r\n".join([*lines, "", ""]).encode("latin-1") + body, method, tls=tls)


def ask_bytes(
    port: int, request: bytes, method: str = "GET", *, tls: ssl.SSLContext | None = None
) -> Answer:
    plain = socket.create_connection(("127.0.0.1", port), timeout=60)
    with tls.wrap_socket(plain, server_hostname="localhost") if tls else plain as connection:
        connection.sendall(request)
        response = HTTPResponse(connection, method=method)
        response.begin()
        names = {name.lower() for name in response.headers}
        found = {name: ", ".join(response.headers.get_all(name)) for name in names}
        with response:
            return Answer(response.status, found, response.read())
