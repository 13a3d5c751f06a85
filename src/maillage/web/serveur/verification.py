"""What is wrong with an install, all of it at once: each thing checked, what it is, why, what to do."""

from __future__ import annotations

import os
import resource
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.checks import run_checks
from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks_db.models import DBTaskResult

from maillage.catalogue.constantes import read_constant
from maillage.web.bilan.lecture import list_only_by_former_keys
from maillage.web.comptes.models import Personne
from maillage.web.comptes.proconnect.client import discover
from maillage.web.comptes.proconnect.refus import RefusProConnect
from maillage.web.comptes.retention.commands import RULES
from maillage.web.comptes.retention.queries import list_failed, list_untried, read_issues
from maillage.web.serveur.fichiers import read_last_backup
from maillage.web.socle.atlas import survey
from maillage.web.socle.queries import list_pending_migrations
from maillage.web.socle.templatetags.maillage import BUILD

CLE_MIN: Final = 50


class EtatVerifie(StrEnum):
    """Right, to be looked at, or wrong: it will fail, or expose something."""

    BON = "bon"
    ATTENTION = "attention"
    FAUTE = "faute"


_E = EtatVerifie


@dataclass(frozen=True, slots=True)
class PointVerifie:
    """One thing checked, and what was found; ``que_faire``: empty when there is nothing to do."""

    nom: str
    etat: EtatVerifie
    constat: str
    que_faire: str = ""

    def write(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def verify() -> tuple[PointVerifie, ...]:
    """Everything that this machine can see of the install; a check that fails is itself a finding."""
    return tuple(found for nom, check in VERIFICATIONS for found in _try(nom, check))


def _try(nom: str, check: Callable[[], Iterable[PointVerifie]]) -> Iterable[PointVerifie]:
    try:
        return tuple(check())
    except (OSError, DatabaseError) as error:
        advice = "Vérifiez que la base répond et que ce compte peut lire le dossier de l’installation"
        return (PointVerifie(nom, _E.FAUTE, f"Impossible à vérifier : {error}", advice),)


def check_folder() -> Iterator[PointVerifie]:
    """The folder of the install: written by us, read by nobody else, with room left."""
    var: Path = settings.VAR
    if not os.access(var, os.W_OK | os.X_OK):
        yield PointVerifie(
            "dossier", _E.FAUTE, f"{var} ne s’écrit pas.", "Donnez ce dossier au compte qui sert"
        )
        return
    if stat.S_IMODE(var.stat().st_mode) & 0o077:
        yield PointVerifie("dossier", _E.FAUTE, f"{var} est ouvert à d’autres comptes.", f"chmod 700 {var}")
    else:
        yield PointVerifie("dossier", _E.BON, f"{var} est à nous seuls.")
    free = shutil.disk_usage(var).free
    low = free < read_constant("place_minimale_go") * 10**9
    room = f"{free / 10**9:.1f} Go libres".replace(".", ",")
    advice = "Faites de la place : sans elle, plus rien ne s’enregistre" if low else ""
    yield PointVerifie("place", _E.FAUTE if low else _E.BON, f"{room}.", advice)


def check_key() -> Iterator[PointVerifie]:
    """The secret key: long enough, and its file closed."""
    if len(settings.SECRET_KEY) < CLE_MIN:
        what = f"La clé secrète a moins de {CLE_MIN} caractères."
        yield PointVerifie(
            "cle", _E.FAUTE, what, "Donnez à MAILLAGE_CLE une suite de lettres au hasard plus longue"
        )
        return
    path = settings.VAR / "cle-secrete"
    if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield PointVerifie("cle", _E.FAUTE, f"{path} se lit par d’autres comptes.", f"chmod 600 {path}")
        return
    yield PointVerifie("cle", _E.BON, "La clé secrète est longue et fermée.")


def check_former_keys() -> Iterator[PointVerifie]:
    """Keys given up that still open something, and what would be lost without them."""
    count = len(settings.SECRET_KEY_FALLBACKS)
    if not count:
        return
    what = f"{count} ancienne{'s' * (count > 1)} clé{'s' * (count > 1)} encore admise{'s' * (count > 1)}."
    if held := list_only_by_former_keys():
        years = ", ".join(str(row.bilan.annee) for row in held)
        what += f" Les bilans figés {years} ne tiennent que par elle{'s' * (count > 1)}."
        advice = "Lancez « python -m maillage.web.manage reprendre_cle », puis retirez MAILLAGE_CLE_ANCIENNES"
    else:
        advice = (
            "Quand le délai que vous avez fixé est passé, retirez MAILLAGE_CLE_ANCIENNES (ou cles-anciennes)"
        )
    yield PointVerifie("anciennes cles", _E.ATTENTION, what, advice)


def check_base() -> Iterator[PointVerifie]:
    """The database: it answers, it is up to date, it is whole."""
    pending = list_pending_migrations()
    name = connection.vendor
    if pending:
        what = f"La base ({name}) attend {len(pending)} changements de cette version."
        yield PointVerifie("base", _E.FAUTE, what, "Lancez « maillage mise-a-jour »")
        return
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            said = cursor.execute("PRAGMA quick_check(1)").fetchone()[0]
        if said != "ok":
            what = f"La base SQLite est abîmée : {said}."
            yield PointVerifie(
                "base", _E.FAUTE, what, "Remettez une sauvegarde : « maillage sauvegarde restaurer »"
            )
            return
    yield PointVerifie("base", _E.BON, f"La base ({name}) répond et est à jour.")


def check_atlas() -> Iterator[PointVerifie]:
    """The atlases: one at least can be read; those that were set aside are said."""
    found = survey()
    if not found.dossiers:
        what = f"Aucun atlas lisible dans {settings.MAILLAGE_ATLAS}."
        yield PointVerifie(
            "atlas", _E.FAUTE, what, "Construisez-en un : « maillage atlas build », puis MAILLAGE_ATLAS"
        )
    elif not found.propres:
        held = ", ".join(sorted(set(found.codes)))
        what = f"Aucun atlas ne s’ouvre de lui-même : il y en a de {held}."
        yield PointVerifie("atlas", _E.FAUTE, what, "Dites le département par MAILLAGE_DEPARTEMENT")
    else:
        yield PointVerifie(
            "atlas", _E.BON, f"{len(found.dossiers)} atlas lisibles ; s’ouvre {found.propres[0].name}."
        )
    for name, reason in found.ecartes:
        yield PointVerifie(
            "atlas", _E.ATTENTION, f"{name} est écarté : {reason}", "Copiez ou reconstruisez cet atlas"
        )


def check_assets() -> Iterator[PointVerifie]:
    """What pages load: built, and put together where a proxy serves it."""
    if not (BUILD / "actifs.json").is_file():
        what = "Les feuilles de style ne sont pas construites."
        yield PointVerifie("actifs", _E.FAUTE, what, "Lancez « make install » dans les sources")
    elif _is_production() and not any(settings.STATIC_ROOT.glob("socle/*.css")):
        what = f"{settings.STATIC_ROOT} ne contient pas les feuilles de style."
        yield PointVerifie("actifs", _E.FAUTE, what, "Lancez « maillage mise-a-jour », qui les rassemble")
    else:
        yield PointVerifie("actifs", _E.BON, "Les feuilles de style sont là.")


def _is_production() -> bool:
    return bool(settings.SECURE_SSL_REDIRECT)


def check_network() -> Iterator[PointVerifie]:
    """What the outside needs: names admitted, forms admitted, and the advice of Django for a deployment."""
    if not _is_production():
        what = "Réglages d’une seule machine : sans HTTPS ni mandataire."
        advice = "Pour d’autres lecteurs : DJANGO_SETTINGS_MODULE=maillage.web.settings.production"
        yield PointVerifie("reseau", _E.ATTENTION, what, advice)
        return
    outside = [host for host in settings.ALLOWED_HOSTS if host not in {"localhost", "127.0.0.1", "[::1]"}]
    if not outside:
        what = "Aucun nom d’hôte admis en dehors de cette machine."
        yield PointVerifie("reseau", _E.FAUTE, what, "Donnez à MAILLAGE_HOTES le nom du site")
    if not settings.CSRF_TRUSTED_ORIGINS:
        what = "Aucune origine admise pour les formulaires."
        yield PointVerifie(
            "reseau", _E.ATTENTION, what, "Donnez à MAILLAGE_ORIGINES l’adresse du site : https://…"
        )
    for said in run_checks(include_deployment_checks=True):
        state = _E.FAUTE if said.is_serious() else _E.ATTENTION
        yield PointVerifie("reseau", state, f"{said.id} : {said.msg}", said.hint or "")
    if outside and settings.CSRF_TRUSTED_ORIGINS:
        yield PointVerifie("reseau", _E.BON, f"Le site répond à {', '.join(outside)}.")


def check_mail() -> Iterator[PointVerifie]:
    """Whether mail can leave."""
    if settings.EMAIL_HOST:
        yield PointVerifie("courriel", _E.BON, f"Le courriel part par {settings.EMAIL_HOST}.")
        return
    what = "Aucun serveur de courriel : liens et convocations se remettent à la main."
    yield PointVerifie("courriel", _E.ATTENTION, what, "Donnez MAILLAGE_COURRIEL_SERVEUR")


def check_worker() -> Iterator[PointVerifie]:
    """Whether background work is done: the daily round passed, nothing waits for long."""
    now, late = timezone.now(), timedelta(hours=read_constant("ronde_en_retard_h"))
    preuves, echecs = read_issues(now)
    last = max(preuves.values(), default=None)
    failed, untried = list_failed(RULES, preuves, echecs), list_untried(RULES, preuves, echecs)
    advice = "Lancez « python -m maillage.web.manage travailler », ou son service"
    if last is None:
        yield PointVerifie("travailleur", _E.ATTENTION, "La ronde du jour n’a jamais été faite.", advice)
    elif now - last > late:
        what = (
            f"La dernière ronde est du {timezone.localtime(last):%d/%m/%Y} : rien n’est plus effacé à temps."
        )
        yield PointVerifie("travailleur", _E.FAUTE, what, advice)
    elif untried:
        names = ", ".join(f"« {rule} »" for rule in untried)
        what = f"Règles de ménage pas encore appliquées (nouvelles ?) : {names}. Le travailleur y vient."
        yield PointVerifie("travailleur", _E.ATTENTION, what, advice)
    elif not failed:
        yield PointVerifie(
            "travailleur", _E.BON, f"La dernière ronde est du {timezone.localtime(last):%d/%m/%Y}."
        )
    for rule in failed:
        what = f"La règle « {rule} » n’a pas abouti à la dernière ronde : ce qu’elle efface reste."
        retry = (
            "Cherchez-la dans le journal du travailleur ; « python -m maillage.web.manage menage » l’essaie"
        )
        yield PointVerifie("travailleur", _E.FAUTE, what, retry)
    waiting = _count_waiting(now - late)
    if waiting:
        yield PointVerifie(
            "travailleur", _E.FAUTE, f"{waiting} travaux attendent depuis trop longtemps.", advice
        )


def check_backup() -> Iterator[PointVerifie]:
    """Whether a backup was written lately, as far as this folder knows."""
    last = read_last_backup(settings.VAR)
    advice = "Lancez « maillage sauvegarde creer », ou son service"
    if last is None:
        what = "Aucune sauvegarde n’a été faite depuis ce dossier."
        yield PointVerifie("sauvegarde", _E.ATTENTION, what, advice)
        return
    late = timezone.now() - last > timedelta(hours=read_constant("sauvegarde_en_retard_h"))
    what = f"La dernière sauvegarde est du {timezone.localtime(last):%d/%m/%Y}."
    yield PointVerifie("sauvegarde", _E.ATTENTION if late else _E.BON, what, advice if late else "")


def _count_waiting(before: Any) -> int:
    return int(DBTaskResult.objects.filter(status="READY", enqueued_at__lt=before).count())


def check_accounts() -> Iterator[PointVerifie]:
    """Whether somebody can administer."""
    if Personne.objects.filter(is_active=True, is_superuser=True).exists():
        yield PointVerifie("comptes", _E.BON, "Quelqu’un peut administrer.")
        return
    what = "Aucun compte n’administre cette installation."
    yield PointVerifie("comptes", _E.ATTENTION, what, "python -m maillage.web.manage createsuperuser")


def check_proconnect() -> Iterator[PointVerifie]:
    """ProConnect, where it is set: it answers, and closed passwords leave a last resort."""
    if settings.MAILLAGE_PROCONNECT is None:
        return
    try:
        discover()
    except RefusProConnect as refus:
        advice = "Vérifiez MAILLAGE_PROCONNECT_ADRESSE, et que ce serveur peut joindre ProConnect"
        yield PointVerifie("proconnect", _E.FAUTE, refus.quoi, advice)
    else:
        yield PointVerifie("proconnect", _E.BON, "ProConnect répond.")
    last = Personne.objects.filter(is_active=True, is_superuser=True)
    if settings.MAILLAGE_COMPTES_FERMES and not any(one.has_usable_password() for one in last):
        what = "Les comptes locaux sont fermés, et aucun superutilisateur n’a de mot de passe."
        yield PointVerifie("proconnect", _E.FAUTE, what, "python -m maillage.web.manage createsuperuser")


def check_machine() -> Iterator[PointVerifie]:
    """What the machine must lend: open files, and the programs that some commands call."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    least = int(read_constant("fichiers_ouverts"))
    low = limit != resource.RLIM_INFINITY and limit < least
    advice = f"Relevez la limite (LimitNOFILE={least} dans le service)" if low else ""
    yield PointVerifie(
        "machine", _E.ATTENTION if low else _E.BON, f"{limit} fichiers ouverts au plus.", advice
    )
    needed = {"gpg": "chiffrer les sauvegardes"}
    if connection.vendor == "postgresql":
        needed |= dict.fromkeys(("pg_dump", "pg_restore", "psql"), "sauvegarder et restaurer la base")
    for program, use in needed.items():
        if shutil.which(program) is None:
            what = f"{program} manque : impossible de {use}."
            yield PointVerifie("machine", _E.ATTENTION, what, f"Installez {program}")


def check_rounds() -> Iterator[PointVerifie]:
    """Whether every round of the worker can be found: a name that was moved would never run."""
    for name in settings.MAILLAGE_RONDES:
        import_string(name)
    yield PointVerifie("rondes", _E.BON, f"{len(settings.MAILLAGE_RONDES)} rondes connues du travailleur.")


VERIFICATIONS: Final[tuple[tuple[str, Callable[[], Iterable[PointVerifie]]], ...]] = (
    ("dossier", check_folder),
    ("cle", check_key),
    ("anciennes cles", check_former_keys),
    ("base", check_base),
    ("atlas", check_atlas),
    ("actifs", check_assets),
    ("reseau", check_network),
    ("courriel", check_mail),
    ("travailleur", check_worker),
    ("sauvegarde", check_backup),
    ("rondes", check_rounds),
    ("comptes", check_accounts),
    ("proconnect", check_proconnect),
    ("machine", check_machine),
)
