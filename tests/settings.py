"""Courant's settings over a home of this process's own, copied from a template made once."""

import os

from tests.template_home import copy_of_template

os.environ["COURANT_HOME"] = str(copy_of_template())
os.environ.setdefault("COURANT_TIME_ZONE", "Europe/London")

from courant.settings import *

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # speed; tests only
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
COURANT_BAKE_PROCESSES = 1  # other processes would not see what a test has not committed
