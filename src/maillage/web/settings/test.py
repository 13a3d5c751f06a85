"""Fast and strict: weak hashes, tasks run at once, nothing read from the machine."""

import os
import tempfile

os.environ.setdefault("MAILLAGE_VAR", tempfile.mkdtemp(prefix="maillage-"))
os.environ.setdefault("MAILLAGE_CLE", "une-cle-de-test-" * 5)

from maillage.web.settings import environnement
from maillage.web.settings.base import *  # noqa: F403

if not environnement.read_url():
    DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MAILLAGE_PAGES_OCTETS = 0  # each test asks the views themselves, but those of what is kept
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
LOGGING = {}
WHITENOISE_AUTOREFRESH = True
