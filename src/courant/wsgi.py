"""One WSGI application: public files for readers, Django for the desk and the forms."""

import os
from collections.abc import Iterable

from django.core.wsgi import get_wsgi_application

from courant.config import home_path, load_config
from courant.ops.serve import Environ, PublicFiles, StartResponse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "courant.settings")

DYNAMIC = ("/desk/", "/newsletter/")
DESK_STATIC = "/desk/static/"

_capacity = load_config().cache_megabytes << 20
_public = PublicFiles(home_path() / "public" / "current", _capacity)
_desk_static = PublicFiles(home_path() / "static", _capacity)
_django = get_wsgi_application()


def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """Everything is a file, but for a few addresses."""
    path = environ.get("PATH_INFO", "/")
    if path.startswith(DESK_STATIC):
        return _desk_static(environ | {"PATH_INFO": path[len(DESK_STATIC) - 1 :]}, start_response)
    app = _django if path.startswith(DYNAMIC) or path == "/desk" else _public
    return app(environ, start_response)
