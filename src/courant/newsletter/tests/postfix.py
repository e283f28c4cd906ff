"""A Postfix of a test's own: its queue and settings in a temporary folder, on a loopback port.

It is never the system's service. It needs root, as Postfix does.
"""

import os
import shutil
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

SBIN = f"{os.environ.get('PATH', '')}:/usr/sbin"
MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
smtp unix - - n - - smtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
proxymap unix - - n - - proxymap
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
"""
MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
daemon_directory = {daemons}
command_directory = /usr/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.readers.example
mydestination =
inet_interfaces = 127.0.0.1
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
mynetworks = 127.0.0.0/8
smtpd_tls_security_level = encrypt
smtpd_tls_cert_file = {folder}/cert.pem
smtpd_tls_key_file = {folder}/key.pem
smtpd_recipient_restrictions = permit_mynetworks, reject
transport_maps = inline:{{ {routes} }}
virtual_mailbox_domains = readers.example
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = static:all/
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
disable_dns_lookups = yes
smtpd_client_message_rate_limit = 0
in_flow_delay = 0
bounce_queue_lifetime = 1h
notify_classes =
local_recipient_maps =
alias_maps =
alias_database =
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
"""


class Postfix:
    """Running; `log` and `mail` are where it writes."""

    def __init__(self, folder: Path, port: int, reports_to: int, onwards: dict[str, int]) -> None:
        import pwd

        self.folder, self.port = folder, port
        self.config = folder / "config"
        self.mail = folder / "mail"
        owner = pwd.getpwnam("postfix")
        for name, mode in (("config", 0o755), ("queue", 0o755), ("data", 0o700), ("mail", 0o755)):
            (folder / name).mkdir(mode=mode)
        for name in ("data", "mail"):
            os.chown(folder / name, owner.pw_uid, owner.pw_gid)
        for path in (folder, *folder.parents):  # its daemons run as another user
            if path.owner() == "root" and path != Path("/"):
                path.chmod(path.stat().st_mode | 0o055)
        self._certificate()
        routes = {
            **{domain: f"smtp:[127.0.0.1]:{there}" for domain, there in onwards.items()},
            "bounces.example": f"lmtp:inet:127.0.0.1:{reports_to}",
        }
        told = ", ".join(f"{{ {domain} = {route} }}" for domain, route in routes.items())
        facts = {
            "folder": folder,
            "routes": told,
            "uid": owner.pw_uid,
            "gid": owner.pw_gid,
            "daemons": "/usr/lib/postfix/sbin",
        }
        (self.config / "main.cf").write_text(MAIN.format(**facts))
        (self.config / "master.cf").write_text(MASTER.format(port=port))

    def _certificate(self) -> None:
        command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
        names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
        files = ["-keyout", self.folder / "key.pem", "-out", self.folder / "cert.pem"]
        subprocess.run([*command, *names, *files], check=True, capture_output=True)

    @property
    def log(self) -> str:
        path = self.folder / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def run(self, *command: str) -> str:
        program = shutil.which(command[0], path=SBIN)
        told = subprocess.run(
            [program, "-c", self.config, *command[1:]], capture_output=True, text=True, timeout=60
        )
        assert told.returncode == 0, told.stdout + told.stderr + self.log
        return told.stdout

    def queued(self) -> int:
        """Messages that it still has to deliver or return."""
        folders = ("incoming", "active", "deferred", "maildrop")
        return sum(len(files) for f in folders for *_x, files in os.walk(self.folder / "queue" / f))

    def letters(self) -> list[bytes]:
        """What stands in the readers' mailboxes."""
        return [path.read_bytes() for path in self.mail.rglob("*") if path.is_file()]


@contextmanager
def postfix(folder: Path, port: int, reports_to: int, onwards: dict[str, int]):
    """`onwards`: domains whose mail goes to another server, and its port."""
    folder.mkdir()
    made = Postfix(folder, port, reports_to, onwards)
    made.run("postfix", "start")
    try:
        end = time.monotonic() + 10
        while "daemon started" not in made.log and time.monotonic() < end:
            time.sleep(0.05)
        yield made
    finally:
        made.run("postfix", "stop")
