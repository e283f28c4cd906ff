"""The desk and the forms as one WSGI application; readers' pages are files."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "courant.settings")
application = get_wsgi_application()
