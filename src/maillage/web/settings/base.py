"""What every install shares. No secret, no machine: those come from ``environnement``."""

from __future__ import annotations

from pathlib import Path

from csp.constants import NONE, SELF

from maillage.catalogue.constantes import read_constant
from maillage.sdaasp.programme.visibilite import CONTESTES
from maillage.web.settings import environnement

VAR = environnement.var_folder()
SECRET_KEY = environnement.secret_key(VAR)
# Keys given up a while ago: what they signed is still read, nothing new is signed by them.
SECRET_KEY_FALLBACKS = environnement.former_keys(VAR)
DEBUG = False
ALLOWED_HOSTS = environnement.read_list("HOTES") or ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = environnement.read_list("ORIGINES")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "csp",
    "django_htmx",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django_tasks",
    "django_tasks_db",
    "rules.apps.AutodiscoverRulesConfig",
    "simple_history",
    "maillage.web.socle",
    "maillage.web.suivi",
    "maillage.web.fichiers",
    "maillage.web.comptes",
    "maillage.web.territoires",
    "maillage.web.carte",
    "maillage.web.complements",
    "maillage.web.methodes",
    "maillage.web.api",
    "maillage.web.programme",
    "maillage.web.gouvernance",
    "maillage.web.participation",
    "maillage.web.partenaires",
    "maillage.web.echanges",
    "maillage.web.elaboration",
    "maillage.web.bilan",
    "maillage.web.parcours",
    "maillage.web.annuaire",
    "maillage.web.atelier",
    "maillage.web.publication",
    "maillage.web.serveur",
]

MIDDLEWARE = [
    "maillage.web.socle.middleware.JournalMiddleware",
    "maillage.web.socle.middleware.TeteMiddleware",
    "maillage.web.socle.middleware.BornesMiddleware",
    "maillage.web.socle.middleware.EcrituresMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "maillage.web.socle.compression.TexteCompresseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "maillage.web.socle.pages.PagesMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "maillage.web.socle.middleware.TexteMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "maillage.web.socle.middleware.AtlasMiddleware",
]

ROOT_URLCONF = "maillage.web.urls"
WSGI_APPLICATION = "maillage.web.wsgi.application"
FORM_RENDERER = "maillage.web.socle.formulaires.Rendu"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [("django.template.loaders.cached.Loader", ["maillage.web.socle.gabarits.Loader"])],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "maillage.web.socle.contexte.page",
            ],
            "builtins": ["maillage.web.socle.templatetags.maillage"],
        },
    },
]

DATABASES = {"default": environnement.read_database(VAR)}
if DATABASES["default"]["ENGINE"] == environnement.SQLITE:
    environnement.close_base(Path(DATABASES["default"]["NAME"]))
    # One writer, many readers; an acknowledged write is on the disk.
    DATABASES["default"]["OPTIONS"] = {
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL",
        "transaction_mode": "IMMEDIATE",
        "timeout": 5,  # longer, people are told to come back
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "comptes.Personne"
AUTHENTICATION_BACKENDS = [
    "maillage.web.comptes.proconnect.fermeture.MotsDePasseFermes",
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "maillage.web.comptes.mots_de_passe.Devinable"},
    {"NAME": "maillage.web.comptes.mots_de_passe.Personnel"},
]
LOGIN_URL = "comptes:connexion"
LOGIN_REDIRECT_URL = "programme:taches"
LOGOUT_REDIRECT_URL = "territoires:accueil"
OTP_TOTP_ISSUER = "Maillage"
OTP_ADMIN_HIDE_SENSITIVE_DATA = True

LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
WHITENOISE_USE_FINDERS = True
# The asset build puts a content hash in each name: such a file never changes.
WHITENOISE_IMMUTABLE_FILE_TEST = r"\.[0-9A-Z]{8}\."
EXPORTS = VAR / "exports"
MAILLAGE_FICHIERS = VAR / "fichiers"  # what people give; in every backup

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Public services this install may call: none unless named. The background's tiles are the only thing that a
# reader's browser fetches elsewhere.
MAILLAGE_ADRESSES = environnement.read_adresses()
MAILLAGE_FOND = environnement.read_fond()
_FOND = [MAILLAGE_FOND.origine] if MAILLAGE_FOND else []

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *_FOND],
        "font-src": [SELF],
        "connect-src": [SELF, *_FOND],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
CSRF_FAILURE_VIEW = "maillage.web.socle.views.erreur_csrf"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_ENGINE = "maillage.web.comptes.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
MAILLAGE_CORPS_MAX = 12 * 2**20

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "maillage.web.socle.journal.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "waitress.queue": {"level": "ERROR"},
    },
}

# What an answer to nobody in particular depends on besides the atlases, and the weight of those kept (bytes).
MAILLAGE_VERSIONS = (
    "maillage.web.programme.lecture.read_version",
    "maillage.web.annuaire.queries.read_marques",
    "maillage.web.participation.consultations.queries.read_version",
    "maillage.web.publication.donnees.queries.read_marque",
)
MAILLAGE_PAGES_OCTETS = 64 * 2**20
# Where processes of one server give them to each other; null where one process serves.
MAILLAGE_PAGES_DOSSIER: Path | None = None

# What the worker applies once a day, and after how many days without a log-in an account is put to sleep.
MAILLAGE_RONDES = (
    "maillage.web.comptes.retention.commands.run_if_due",
    "maillage.web.programme.amendements.commands.run_if_due",
    "maillage.web.publication.webhooks.ronde.run_round",
)
# Whether webhooks may go to this very machine, without encryption: in tests only.
MAILLAGE_WEBHOOKS_LOCAUX = False
MAILLAGE_SOMMEIL_JOURS = environnement.read_count(
    "SOMMEIL_JOURS", int(read_constant("sommeil_des_comptes")), 30, 3650
)
# ProConnect, off unless named; local accounts may then be closed to passwords.
MAILLAGE_PROCONNECT = environnement.read_acces_proconnect()
MAILLAGE_COMPTES_FERMES = environnement.read_comptes_fermes(MAILLAGE_PROCONNECT)
# What this install keeps to accounts among what is public elsewhere (``sdaasp.programme.visibilite``).
MAILLAGE_RESERVES = environnement.read_choices("RESERVES", CONTESTES)
# How many proxies of ours stand in front: whose word is taken for the reader's address.
MAILLAGE_MANDATAIRES = environnement.read_count("MANDATAIRES", 0, 0, 10)
# Whom to tell of a flaw: an address, or a page; without it, whom to write to for anything.
MAILLAGE_SECURITE_CONTACT = environnement.read_contact("SECURITE_CONTACT")
# What the install says of its accessibility: an audit, if there was one, and its plan.
MAILLAGE_ACCESSIBILITE = environnement.read_accessibilite()
# What a monitor must show to read /metrics; without it, only this machine may.
MAILLAGE_METRIQUES_JETON = environnement.read_token("METRIQUES_JETON")
# The atlases to show: one folder, or a folder of atlases; the newest is the one opened first.
MAILLAGE_ATLAS = Path(environnement.read_text("ATLAS") or VAR / "atlas")
# Whose install it is, where atlases of several départements stand there: another's never opens by itself.
MAILLAGE_DEPARTEMENT = environnement.read_departement()
# Mail leaves only when a server is named.
EMAIL_HOST = environnement.read_text("COURRIEL_SERVEUR")
EMAIL_PORT = environnement.read_count("COURRIEL_PORT", 587, 1, 65_535)
EMAIL_HOST_USER = environnement.read_text("COURRIEL_COMPTE")
EMAIL_HOST_PASSWORD = environnement.read_text("COURRIEL_MOT_DE_PASSE")
EMAIL_USE_TLS = True
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = environnement.read_text("COURRIEL_EXPEDITEUR", "maillage@localhost")
# How the département presents itself.
MAILLAGE_IDENTITE = {
    "nom": environnement.read_text("NOM", "Maillage"),
    "organisme": environnement.read_text("ORGANISME"),
    "contact": environnement.read_text("CONTACT"),
    "logo": environnement.read_text("LOGO"),
}
