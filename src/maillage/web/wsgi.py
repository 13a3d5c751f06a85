"""The application a WSGI server runs: ``gunicorn maillage.web.wsgi``."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from maillage.web.socle import verrou

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.web.settings.production")
application = get_wsgi_application()
verrou.use(settings.VAR)
