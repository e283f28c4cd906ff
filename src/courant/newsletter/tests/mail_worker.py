"""One worker process for test_killed: `python -m … HOST_PORT_OR_FOLDER POINT NUMBER`.

It ends itself with SIGKILL at the chosen point of the chosen message, or works to the end.
"""

import os
import signal
import sys
from datetime import timedelta
from pathlib import Path


def main(where: str, point: str, number: int) -> None:
    import django

    django.setup()
    from courant.newsletter import ledger, send
    from courant.newsletter.models import Delivery, Edition
    from courant.newsletter.transports.file import FileTransport
    from courant.newsletter.transports.smtp import SmtpTransport

    count = 0

    def die_at(name: str) -> None:
        if name == point and count == number:
            os.kill(os.getpid(), signal.SIGKILL)

    base = SmtpTransport("127.0.0.1", int(where)) if where.isdigit() else FileTransport(Path(where))
    real_submit, real_record = base.submit, ledger.record_submitted

    def submit(mail):
        nonlocal count
        count += 1
        if point == "broken" and count == number:  # the twin: it records, then acts
            Delivery.objects.filter(message_id=mail.message_id).update(state="submitted")
        die_at("before")
        die_at("broken")
        real_submit(mail)
        die_at("after")

    def record(row, at):
        real_record(row, at)
        die_at("recorded")

    base.submit = submit
    ledger.record_submitted = record
    send.pump(Edition.objects.get(), base, lease=timedelta(seconds=0.5))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
