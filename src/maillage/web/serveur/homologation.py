"""What an accreditation file says of this install: its settings, its register, its flows, its roles."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.db import connection
from django.db.models import Count, Q
from django.utils import timezone

from maillage import __version__
from maillage.reports.homologation.matiere import (
    FluxReseau,
    MatiereHomologation,
    RoleDecrit,
    TraitementDecrit,
)
from maillage.reports.homologation.pages import count_rights, read_security
from maillage.web.comptes.models import Mandat, Personne
from maillage.web.comptes.retention.registre import list_models
from maillage.web.publication.webhooks.models import Webhook
from maillage.web.socle.atlas import survey

ICI: Final = "ce serveur"
COURRIELS: Final = ("gouvernance", "suivi", "participation", "annuaire/fraicheur")
BASES: Final = {"sqlite": "SQLite, sur cette machine", "postgresql": "PostgreSQL"}


def read_matiere(securite: str, permissions: str) -> MatiereHomologation:
    """All of it; ``securite`` and ``permissions``: the texts of the two pages of this version."""
    chapitres, restes = read_security(securite)
    identite = settings.MAILLAGE_IDENTITE
    return MatiereHomologation(
        nom=identite["nom"], organisme=identite["organisme"], version=__version__,
        systeme=list_settings(), traitements=list_processings(),
        flux=list_flows(webhooks=Webhook.objects.exists()),
        roles=list_roles(permissions), chapitres=chapitres, restes=restes,
    )  # fmt: skip


def list_settings() -> tuple[tuple[str, str], ...]:
    """What one asks first of an install; no secret is among them."""
    found, production = survey(), settings.SECURE_SSL_REDIRECT
    return (
        ("Base", BASES[connection.vendor]),
        ("Réglages", "production, derrière un mandataire HTTPS" if production else "une machine, sans HTTPS"),
        ("Noms d'hôte admis", ", ".join(settings.ALLOWED_HOSTS)),
        ("Mandataires de confiance", str(settings.MAILLAGE_MANDATAIRES)),
        ("Atlas servis", ", ".join(folder.name for folder in found.dossiers) or "aucun"),
        ("Comptes actifs", str(Personne.objects.filter(is_active=True).count())),
        ("Comptes locaux", "fermés aux mots de passe" if settings.MAILLAGE_COMPTES_FERMES else "ouverts"),
        ("Double authentification", "au choix de chaque compte ; imposée à aucun rôle"),
        ("Réservé aux comptes, en plus du défaut", ", ".join(settings.MAILLAGE_RESERVES) or "rien"),
        ("Mise en sommeil d'un compte", f"après {settings.MAILLAGE_SOMMEIL_JOURS} jours sans connexion"),
        ("Anciennes clés encore admises", str(len(settings.SECRET_KEY_FALLBACKS))),
        ("Contact pour les failles", settings.MAILLAGE_SECURITE_CONTACT or "non dit"),
    )  # fmt: skip


def list_processings() -> tuple[TraitementDecrit, ...]:
    """The register of personal data, model by model."""
    return tuple(
        TraitementDecrit(
            nom=str(model._meta.verbose_name),  # noqa: SLF001  Django's name
            champs=said.champs, finalite=said.finalite, lecteurs=said.lecteurs, duree=said.duree,
            regle=said.regle,
        )
        for model, said in list_models()
        if said and said.champs
    )  # fmt: skip


def list_flows(*, webhooks: bool) -> tuple[FluxReseau, ...]:
    """Every exchange over the network that the code can make, and whether this install lets it happen.

    ``webhooks``: whether some address is written to when the public part changes.
    """
    return (
        FluxReseau(
            nom="Pages et API", de="lecteurs", vers=ICI, moyen="HTTPS jusqu'au mandataire",
            donnees="ce que le compte peut lire", ouvert=True,
        ),
        FluxReseau(
            nom="Surveillance", de="Prometheus", vers=ICI, moyen="HTTP, /metrics",
            donnees="durées par route, état ; rien sur personne", ouvert=True,
        ),
        FluxReseau(
            nom="Base", de=ICI, vers=settings.DATABASES["default"].get("HOST") or "cette machine",
            moyen="PostgreSQL", donnees="toute la base", ouvert=connection.vendor == "postgresql",
        ),
        FluxReseau(
            nom="Courriel", de=ICI, vers=settings.EMAIL_HOST or "serveur d'envoi", moyen="SMTP en TLS",
            donnees="adresses, titres, liens d'un seul usage", ouvert=bool(settings.EMAIL_HOST),
            modules=tuple(f"web/{app}/courriel.py" for app in COURRIELS),
        ),
        *_list_services(),
        FluxReseau(
            nom="Webhooks", de="travailleur", vers="adresses inscrites par l'administration",
            moyen="HTTPS, signé", donnees="ce qui change dans la partie publique", ouvert=webhooks,
            modules=tuple(f"web/publication/webhooks/{name}.py" for name in ("adresse", "client")),
        ),
        FluxReseau(
            nom="Données ouvertes", de="poste qui construit l'atlas", vers="sites des producteurs",
            moyen="HTTPS, à la demande", donnees="données publiques, en entrée", ouvert=True,
            modules=("sources/telechargement.py", "sources/annuaire/api.py"),
        ),
    )  # fmt: skip


def _list_services() -> tuple[FluxReseau, ...]:
    """Public services called only when they are named."""
    adresses, fond, proconnect = (
        settings.MAILLAGE_ADRESSES, settings.MAILLAGE_FOND, settings.MAILLAGE_PROCONNECT,
    )  # fmt: skip
    return (
        FluxReseau(
            nom="Recherche d'adresses", de=ICI, vers=adresses.url if adresses else "service de géocodage",
            moyen="HTTPS", donnees="l'adresse que le lecteur tape", ouvert=adresses is not None,
            modules=("web/socle/adresses.py",),
        ),
        FluxReseau(
            nom="Fond de carte", de="navigateur du lecteur",
            vers=fond.origine if fond else "serveur de tuiles",
            moyen="HTTPS", donnees="les tuiles de l'endroit regardé", ouvert=fond is not None,
        ),
        FluxReseau(
            nom="ProConnect", de=f"{ICI} et navigateur",
            vers=proconnect.emetteur if proconnect else "fournisseur d'identité",
            moyen="HTTPS, OpenID Connect", donnees="identité, adresse, SIRET", ouvert=proconnect is not None,
            modules=("web/comptes/proconnect/client.py",),
        ),
    )  # fmt: skip


def list_roles(permissions: str) -> tuple[RoleDecrit, ...]:
    """Each role, what it opens, who holds it today; then who has every right."""
    rights, today = count_rights(permissions), timezone.localdate()
    running = Q(debut__lte=today) & (Q(fin=None) | Q(fin__gte=today)) & Q(personne__is_active=True)
    counts = Mandat.objects.filter(running).order_by("role").values("role")
    held = {row["role"]: row["n"] for row in counts.annotate(n=Count("personne", distinct=True))}
    rows = [(name, str(label), held.get(name, 0)) for name, label in Mandat.Role.choices]
    above = Personne.objects.filter(is_active=True, is_superuser=True).count()
    return tuple(
        RoleDecrit(nom=label, lus=rights[name][0], ecrits=rights[name][1], personnes=count)
        for name, label, count in [*rows, ("superutilisateur", "Superutilisateur", above)]
    )
