"""Django as a WSGI application, for whoever runs the desk and the forms on another server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "courant.settings")

application = get_wsgi_application()
