"""Our server, nginx and Caddy on the same public tree, the latter two as docs/operate ships them."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import Home, free_port, wait_until
from tests.serving.http import ask
from tests.template_home import ROOT

SHIPPED = ROOT / "docs" / "operate"
PUBLIC_ROOT = "/srv/paper/public/current"
COURANT = "127.0.0.1:8000"
BROTLI = Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")

# What Debian's own nginx.conf does around the shipped files, and no more.
NGINX = """\
{user}
worker_processes {workers};
load_module {brotli};
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/conf.d/*.conf;
    include {folder}/sites-available/{site};
}}
"""
CADDY = """\
{{
	admin off
	storage file_system {folder}/storage
	http_port {http}
	https_port {https}
	skip_install_trust
}}
"""


@dataclass(frozen=True)
class Server:
    """A running server by its name in the table; `http` is its port without TLS."""

    name: str
    port: int
    http: int
    pid: int


@dataclass(frozen=True)
class Certificate:
    chain: Path
    key: Path


def program(name: str) -> str:
    """Where a program is; without it the test is skipped, except in CI, where that is a failure."""
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    if found and (name != "nginx" or BROTLI.exists()):
        return found
    package = "nginx and libnginx-mod-http-brotli-static" if name == "nginx" else name
    message = f"{name} is not tested: {package} is not installed. On Debian: apt install it."
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


@contextmanager
def courant(home: Home, **variables: str) -> Iterator[Server]:
    port = free_port()
    command = home.command("web", "--port", str(port))
    with _running(command, port, env=home.environment(**variables), cwd=ROOT) as process:
        yield Server("courant", port, port, process.pid)


@contextmanager
def nginx(
    folder: Path,
    tree: Path,
    courant_port: int,
    certificate: Certificate | None = None,
    workers: int = 1,
) -> Iterator[Server]:
    """nginx with the shipped files, in which only paths and ports are put right."""
    found, http, https = program("nginx"), free_port(), free_port()
    changes = {
        PUBLIC_ROOT: str(tree),
        COURANT: f"127.0.0.1:{courant_port}",
        "listen 80;": f"listen 127.0.0.1:{http};",
        "listen 443 ": f"listen 127.0.0.1:{https} ",
        "listen [::]": "# listen [::]",  # not every machine has it
        "include snippets": f"include {folder}/snippets",
    }
    if certificate:
        live = "/etc/letsencrypt/live/news.example.org"
        changes |= {f"{live}/fullchain.pem": str(certificate.chain)}
        changes |= {f"{live}/privkey.pem": str(certificate.key)}
    _copy(SHIPPED / "nginx", folder, changes)
    site = "paper" if certificate else "paper-http"
    user = "user root;" if os.geteuid() == 0 else ""  # else its workers cannot read our folder
    text = NGINX.format(user=user, workers=workers, brotli=BROTLI, folder=folder, site=site)
    (folder / "nginx.conf").write_text(text)
    command = [found, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]
    with _running(command, http) as process:
        port = https if certificate else http
        yield Server("nginx", port, http, process.pid)


@contextmanager
def caddy(
    folder: Path, tree: Path, courant_port: int, certificate: Certificate | None = None
) -> Iterator[Server]:
    """Caddy with the shipped files, in which only paths, ports and names are put right."""
    found, http, https = program("caddy"), free_port(), free_port()
    changes = {PUBLIC_ROOT: str(tree), COURANT: f"127.0.0.1:{courant_port}"}
    if certificate:
        own = f"tls {certificate.chain} {certificate.key}"  # no authority gives us one here
        changes |= {"news.example.org {": f"localhost {{\n\t{own}"}
    else:
        changes |= {"http://news.example.org": f"http://:{http}"}
    _copy(SHIPPED / "caddy", folder, changes)
    file = folder / ("Caddyfile" if certificate else "Caddyfile.http")
    file.write_text(CADDY.format(folder=folder, http=http, https=https) + file.read_text())
    command = [found, "run", "--config", str(file), "--adapter", "caddyfile"]
    with _running(command, http, env=os.environ | {"HOME": str(folder)}) as process:
        port = https if certificate else http
        yield Server("caddy", port, http, process.pid)


def _copy(source: Path, folder: Path, changes: dict[str, str]) -> None:
    for file in (path for path in source.rglob("*") if path.is_file()):
        text = file.read_text()
        for shipped, here in changes.items():
            text = text.replace(shipped, here)
        copy = folder / file.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(text)


@contextmanager
def _running(command: list[str], port: int, **options: object) -> Iterator[subprocess.Popen[bytes]]:
    """A server's process, from when it answers until the end of the block."""
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        **options,  # type: ignore[call-overload]
    )

    def answers() -> bool:
        assert process.poll() is None, process.stderr.read().decode()
        try:
            return bool(ask(port, "GET", "/robots.txt"))
        except OSError:
            return False

    try:
        wait_until(answers, f"{command[0]} answers", 30, pause=0.05)
        yield process
    finally:
        process.terminate()
        process.wait(30)
        process.stderr.close()
