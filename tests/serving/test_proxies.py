"""What nginx and Caddy do beside files: TLS, floods, and a Courant that is down."""

import socket
import ssl
import subprocess
import time

import pytest

from courant.ops.web.headers import HSTS
from tests.conftest import Home, free_port
from tests.serving import servers
from tests.serving.http import ask
from tests.serving.servers import Certificate, Server
from tests.serving.tree import FRONT

pytestmark = pytest.mark.xdist_group("serving")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Certificate:
    folder = tmp_path_factory.mktemp("certificate")
    made = Certificate(folder / "fullchain.pem", folder / "privkey.pem")
    names = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost")
    kind = ("-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    files = ("-keyout", str(made.key), "-out", str(made.chain))
    command = [servers.program("openssl"), "req", *kind, *names, *files, "-days", "2"]
    subprocess.run(command, check=True, capture_output=True)
    return made


@pytest.fixture(scope="module")
def https_courant(served_home: Home):
    """Ours, as it runs behind a proxy with TLS."""
    told = {"COURANT_SITE_URL": "https://localhost", "COURANT_BEHIND_PROXY": "true"}
    with servers.courant(served_home, **told) as server:
        yield server


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def secure(request, served_home, https_courant, certificate, tmp_path_factory):
    start, folder = getattr(servers, request.param), tmp_path_factory.mktemp("tls")
    with start(folder, served_home.public, https_courant.port, certificate) as server:
        yield server


def client(certificate: Certificate, version: ssl.TLSVersion | None = None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(certificate.chain))
    if version:
        context.set_ciphers("DEFAULT:@SECLEVEL=0")  # else this side would refuse the old ones
        context.minimum_version = context.maximum_version = version
    return context


@pytest.mark.parametrize(
    "path", ["/", "/harbour/ferry/", "/nothing", "/harbour/killed/", "/desk/login/"]
)
def test_every_answer_by_https_says_to_come_by_it_alone(secure: Server, certificate, path):
    answer = ask(secure.port, "GET", path, tls=client(certificate), host="localhost")
    assert answer.headers["strict-transport-security"] == HSTS[1]


def test_http_only_leads_to_https(secure: Server):
    answer = ask(secure.http, "GET", "/harbour/ferry/?from=mail", host="localhost")
    assert answer.status in (301, 308)
    where = answer.headers["location"]
    assert where.startswith("https://localhost")
    assert where.endswith("/harbour/ferry/?from=mail")


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1")
@pytest.mark.parametrize(
    ("version", "spoken"),
    [
        (ssl.TLSVersion.TLSv1_1, False),
        (ssl.TLSVersion.TLSv1_2, True),
        (ssl.TLSVersion.TLSv1_3, True),
    ],
)
def test_only_the_safe_versions_of_tls_are_spoken(secure: Server, certificate, version, spoken):
    context = client(certificate, version)
    if spoken:
        assert ask(secure.port, "GET", "/", tls=context, host="localhost").body == FRONT
    else:
        with pytest.raises((ssl.SSLError, ConnectionError)):
            ask(secure.port, "GET", "/", tls=context, host="localhost")


def test_browsers_are_spoken_to_in_http_2(secure: Server, certificate):
    context = client(certificate)
    context.set_alpn_protocols(["h2", "http/1.1"])
    plain = socket.create_connection(("127.0.0.1", secure.port))
    with context.wrap_socket(plain, server_hostname="localhost") as connection:
        assert connection.selected_alpn_protocol() == "h2"


def test_the_desk_knows_that_it_is_reached_by_https(secure: Server, certificate):
    answer = ask(secure.port, "GET", "/desk/login/", tls=client(certificate), host="localhost")
    assert answer.status == 200
    assert "__Host-csrf" in answer.headers["set-cookie"]
    assert "Secure" in answer.headers["set-cookie"]


@pytest.mark.parametrize("name", ["nginx", "caddy"])
def test_with_courant_down_the_paper_is_read_and_the_rest_says_so(name, served_home, tmp_path):
    with getattr(servers, name)(tmp_path, served_home.public, free_port()) as server:
        assert ask(server.port, "GET", "/").body == FRONT
        for path in ("/newsletter/", "/desk/login/", "/desk/"):
            answer = ask(server.port, "GET", path)
            assert answer.status == 503
            assert answer.body.startswith(b"The desk and the forms do not work just now.")
            assert answer.headers["retry-after"] == "5"


@pytest.mark.parametrize(
    ("paths", "before"),
    [(("/desk/login/", "/desk/password_reset/"), 11), (("/newsletter/sign-up/",), 21)],
)
def test_nginx_stops_a_flood_of_forms_from_one_address(nginx: Server, paths, before):
    empty, began = {"Content-Length": "0"}, time.monotonic()
    statuses = [ask(nginx.port, "POST", paths[n % len(paths)], empty).status for n in range(30)]
    freed = (time.monotonic() - began) / 6  # one more in six seconds
    assert 429 not in statuses[:before]
    assert before <= len(statuses) - statuses.count(429) <= before + freed + 1
    for path in paths:
        assert ask(nginx.port, "GET", path).status == 200  # looking is no flood
    assert ask(nginx.port, "POST", "/desk/", empty).status != 429  # nor is working


@pytest.mark.parametrize(
    ("path", "size"), [("/newsletter/sign-up/", 70 << 10), ("/desk/", 61 << 20)]
)
def test_more_than_anybody_may_send_is_refused(server: Server, path, size):
    sent = {"Content-Length": str(size), "Expect": "100-continue"}
    assert ask(server.port, "POST", path, sent).status == 413


def test_the_readers_address_is_the_one_that_the_proxy_saw(
    secure: Server, certificate, served_home
):
    """What a stranger claims to be is not believed; of this machine's own address nothing is kept."""
    form = b"email=reader%40example.org&website="
    sent = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(form))}
    sent |= {"X-Forwarded-For": "198.51.100.7", "X-Real-IP": "198.51.100.7"}
    answer = ask(
        secure.port,
        "POST",
        "/newsletter/sign-up/",
        sent,
        body=form,
        tls=client(certificate),
        host="localhost",
    )
    assert answer.status == 200
    kept = served_home.django(
        "from courant.newsletter.models import SignupRequest\n"
        "print(set(SignupRequest.objects.values_list('network', flat=True)))"
    )
    assert kept == "{''}"
