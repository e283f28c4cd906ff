"""Photos at the desk. They are private: only people who may enter the desk see them."""

import mimetypes
from pathlib import Path

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.http import FileResponse, Http404, HttpRequest
from django.utils._os import safe_join
from wagtail.admin.auth import require_admin_access

# Shown in the desk's own origin, so nothing that could run there.
PICTURES = {"image/avif", "image/gif", "image/jpeg", "image/png", "image/webp"}


@require_admin_access
def photo(request: HttpRequest, name: str) -> FileResponse:
    """A photo's original or one of Wagtail's scaled copies."""
    return _file(Path(settings.MEDIA_ROOT), name)


@require_admin_access
def rendition(request: HttpRequest, name: str) -> FileResponse:
    """A scaled copy as readers would get it, for previews."""
    return _file(Path(settings.COURANT_RENDITIONS), name)


def _file(root: Path, name: str) -> FileResponse:
    try:
        path = Path(safe_join(root, name))
        stream = path.open("rb")
    except (OSError, ValueError, SuspiciousFileOperation):
        raise Http404(f"There is no picture {name}.") from None
    kind = mimetypes.guess_type(path.name)[0] or ""
    picture = kind in PICTURES
    response = FileResponse(
        stream,
        content_type=kind if picture else "application/octet-stream",
        as_attachment=not picture,
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=3600"
    response["X-Content-Type-Options"] = "nosniff"
    return response
