"""Behind a proxy that speaks HTTPS; `manage check --deploy` must be clean."""

from maillage.web.settings import environnement
from maillage.web.settings.base import *  # noqa: F403

MAILLAGE_MANDATAIRES = environnement.read_count("MANDATAIRES", 1, 0, 10)
MAILLAGE_PAGES_DOSSIER = VAR / "pages"  # noqa: F405

SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REDIRECT_EXEMPT = [r"^(sante|pret|metrics)$"]
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
