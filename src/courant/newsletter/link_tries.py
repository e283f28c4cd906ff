"""Links of a letter to other sites, tried before it goes: HEAD, then GET where HEAD is refused.

Only the public internet is asked: a link in a story must not make this machine speak to its own
network. A name is looked up once, its address is judged, and the connection goes to the address
that was judged; so it is for every redirect.
"""

import http.client
import socket
import ssl
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from courant.newsletter.letter_checks import Tried

ALL = 20.0  # seconds for all of them: an editor waits
EACH = 6.0  # seconds for one answer
AT_ONCE = 8
MOST = 100
REDIRECTS = 5
KEPT = "/%:=&?~#+!$,;'@()*[]"  # what an address may hold as it is
NAT64 = ip_network("64:ff9b::/96")
AGENT = "Mozilla/5.0 (compatible; Courant; link check)"


class NotTried(Exception):
    """Why an address was not asked; the text is for editors."""


def try_all(addresses: Iterable[str], *, seconds: float = ALL) -> list[Tried]:
    """Each with what it answered, in their order; who has not answered in time is said to."""
    found = list(dict.fromkeys(addresses))
    pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="links")
    tries = {address: pool.submit(try_one, address) for address in found[:MOST]}
    wait(tries.values(), timeout=seconds)
    pool.shutdown(wait=False, cancel_futures=True)
    late = f"It gave no answer within {seconds:.0f} seconds."
    results = [
        each.result() if each.done() and not each.cancelled() else Tried(address, 0, late)
        for address, each in tries.items()
    ]
    many = f"Not tried: only the first {MOST} are."
    return results + [Tried(address, 0, many) for address in found[MOST:]]


def try_one(address: str) -> Tried:
    """What one address answers at last; never raises."""
    try:
        status = _ask("HEAD", address)
        return Tried(address, status if status < 400 else _ask("GET", address))
    except NotTried as reason:
        return Tried(address, 0, str(reason))
    except TimeoutError:
        return Tried(address, 0, f"It gave no answer within {EACH:.0f} seconds.")
    except ssl.SSLError as error:
        return Tried(address, 0, f"Its certificate is not accepted: {error.reason}.")
    except (OSError, http.client.HTTPException) as error:
        return Tried(address, 0, f"It cannot be reached: {error or type(error).__name__}.")


def _ask(method: str, address: str) -> int:
    """The status at the end of all redirects."""
    for _redirect in range(REDIRECTS + 1):
        status, onwards = _answer(method, _judged(address))
        if not onwards:
            return status
        address = urljoin(address, onwards)
    raise NotTried(f"It leads on more than {REDIRECTS} times.")


def _judged(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError as error:
        raise NotTried(f"{address[:200]} is no address: {error}.") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise NotTried(f"{address[:200]} is no address of a page.")
    return parts


def _answer(method: str, parts: SplitResult) -> tuple[int, str]:
    """Status, and where it leads on to. The body stays where it is."""
    connection = _connection(parts)
    try:
        path = quote(parts.path or "/", KEPT) + (
            f"?{quote(parts.query, KEPT)}" if parts.query else ""
        )
        connection.request(method, path, headers={"User-Agent": AGENT, "Accept": "*/*"})
        response = connection.getresponse()
        onwards = response.getheader("Location", "") if 300 <= response.status < 400 else ""
        return response.status, onwards
    finally:
        connection.close()


def _connection(parts: SplitResult) -> http.client.HTTPConnection:
    secure = parts.scheme == "https"
    host, port = parts.hostname or "", parts.port or (443 if secure else 80)
    made = (http.client.HTTPSConnection if secure else http.client.HTTPConnection)(
        host, port, timeout=EACH
    )
    plain = socket.create_connection((public_address(host, port), port), timeout=EACH)
    try:
        made.sock = (
            ssl.create_default_context().wrap_socket(plain, server_hostname=host)
            if secure
            else plain
        )
    except BaseException:
        plain.close()
        raise
    return made


def public_address(host: str, port: int) -> str:
    """Of one of this name, if all of its addresses are public. Raises NotTried, OSError."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (UnicodeError, socket.gaierror) as error:
        raise NotTried(f"The name {host} leads to no address.") from error
    addresses = [str(entry[4][0]) for entry in found]
    for each in addresses:
        if not is_public(each):
            raise NotTried(f"{host} is an address of a private network ({each}): it is not asked.")
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether it belongs to the internet, also when it is wrapped into another address."""
    ip = ip_address(address.partition("%")[0])
    inner = _wrapped(ip) if isinstance(ip, IPv6Address) else None
    return is_public(str(inner)) if inner else ip.is_global and not ip.is_multicast


def _wrapped(ip: IPv6Address) -> IPv4Address | None:
    if ip in NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour
