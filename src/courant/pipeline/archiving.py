"""An edition's page is in place before its first letter goes: readers open mail at once."""

from datetime import timedelta

from courant.bake import generations
from courant.bake.models import Target
from courant.newsletter.archive import key_of
from courant.newsletter.ledger import database_time
from courant.newsletter.models import Edition
from courant.newsletter.pages import EditionPages

PATIENCE = timedelta(minutes=2)  # a page is made within a second; news does not wait for a fault


def page_is_there(edition: Edition) -> bool:
    """Whether letters may go that lead to it, or have waited long enough.

    Why a page could not be made stands at the desk, as for all others.
    """
    if not edition.path or edition.out_at is None:
        return True  # made before editions had pages
    generation = generations.current()
    if generation is None or database_time() - edition.out_at > PATIENCE:
        return True
    rows = Target.objects.of(generation).filter(kind=EditionPages.name, key=key_of(edition.path))
    return rows.exclude(digest="").exists()  # its place is written down before it is put there


def letters_wait() -> bool:
    """Whether an edition waits for its page, for those who bake and send by turns."""
    out = Edition.objects.filter(state=Edition.State.SENDING).exclude(out_at=None)
    return any(not page_is_there(edition) for edition in out)
