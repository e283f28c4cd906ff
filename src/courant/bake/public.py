"""The public root: which tree readers see."""

from pathlib import Path

from django.conf import settings

from courant.bake.stores.folder import FolderStore
from courant.lib.files import sync_folder

FIRST_GENERATION = "generation-1"


def public_root() -> Path:
    """`public/current`, a link to the generation that readers see; made when it is missing."""
    folder = Path(settings.COURANT_PUBLIC)
    current = folder / "current"
    if not current.exists():
        (folder / FIRST_GENERATION).mkdir(parents=True, exist_ok=True)
        current.unlink(missing_ok=True)
        current.symlink_to(FIRST_GENERATION, target_is_directory=True)
        sync_folder(folder)
    return current


def public_store() -> FolderStore:
    """The store behind the public root."""
    return FolderStore(public_root().resolve())
