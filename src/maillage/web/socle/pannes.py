"""What to answer when a request fails: in words, in the form that was asked, and when to come back.

Nothing here reads the database, an atlas or a template: they may be what failed.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass

from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse

from maillage.atlas.lecture.ouvert import AtlasIllisible
from maillage.web.socle.atlas import set_aside

RETRY_S = 5


@dataclass(frozen=True)
class Panne:
    """An answer to a failed request; ``passagere``: asking again makes sense, ``reprise_s`` seconds later."""

    titre: str
    texte: str
    passagere: bool = True
    statut: int = 503
    reprise_s: int = RETRY_S


OCCUPE = Panne(
    "L’installation est occupée",
    "Un enregistrement long est en cours et le vôtre n’a pas pu passer : rien n’a été changé. "
    "Revenez à la page précédente et recommencez dans quelques secondes.",
)
BASE = Panne(
    "La base ne répond pas",
    "Rien n’a été changé. Si cela dure, prévenez la personne qui administre l’installation.",
)
DISQUE = Panne(
    "Le disque de l’installation est plein",
    "Rien n’a été changé, et les pages se lisent. Prévenez la personne qui administre l’installation.",
)
ATLAS = Panne(
    "Cet atlas ne peut plus être lu",
    "Il vient d’être écarté ; les autres sont servis. Rechargez la page.",
)
ATELIER = Panne(
    "Beaucoup de documents sont demandés en même temps",
    "Le vôtre sera prêt dans quelques secondes : demandez-le de nouveau.",
)
DEBIT = Panne(
    "Vous avez demandé beaucoup de documents en une minute",
    "Revenez dans une minute. Ceux qui sont déjà faits restent à portée de tous.",
    statut=429,
    reprise_s=60,
)
FABRICATION = Panne(
    "La fabrication de ce document s’est arrêtée",
    "Rien n’a été changé. Demandez-le de nouveau dans quelques secondes.",
)
NOTRE_FAIT = Panne(
    "Une erreur est survenue",
    "Elle est de notre fait et a été enregistrée. Rien de ce que vous aviez enregistré n’est perdu.",
    passagere=False,
    statut=500,
)


def judge(request: HttpRequest, error: BaseException | None) -> Panne:
    """What a failure is to the reader; an atlas that fails is served no more."""
    atlas = getattr(request, "atlas", None)
    if atlas is not None and (isinstance(error, AtlasIllisible) or _is_gone(error, str(atlas.dossier))):
        set_aside(atlas.dossier, AtlasIllisible(str(error)))
        return ATLAS
    if _is_full(error):
        return DISQUE
    if isinstance(error, OperationalError | InterfaceError):
        return OCCUPE if "locked" in str(error) or "timeout" in str(error) else BASE
    # sqlite3 says so of a file that is no longer a database.
    return BASE if isinstance(error, DatabaseError) and "not a database" in str(error) else NOTRE_FAIT


def _is_full(error: BaseException | None) -> bool:
    """As the system says it, or as SQLite does."""
    if isinstance(error, OSError):
        return error.errno in {errno.ENOSPC, errno.EDQUOT}
    return isinstance(error, OperationalError) and "disk is full" in str(error)


def _is_gone(error: BaseException | None, folder: str) -> bool:
    return isinstance(error, OSError) and str(error.filename or "").startswith(folder)


def answer(request: HttpRequest, error: BaseException | None) -> HttpResponse:
    """The whole answer: JSON for machines, else a page."""
    return write(request, judge(request, error))


def write(request: HttpRequest, panne: Panne) -> HttpResponse:
    """A failure as the reader asked to be answered; with ``Retry-After`` when it passes."""
    status = panne.statut
    response: HttpResponse
    if request.path.startswith("/api/") or "json" in request.headers.get("Accept", ""):
        response = JsonResponse({"detail": f"{panne.titre}. {panne.texte}"}, status=status)
    else:
        response = HttpResponse(_PAGE.format(titre=panne.titre, texte=panne.texte), status=status)
    if panne.passagere:
        response.headers["Retry-After"] = str(panne.reprise_s)
    response.headers["Cache-Control"] = "no-store"
    return response


_PAGE = (
    '<!doctype html><html lang="fr"><meta charset="utf-8"><title>{titre}</title><main>'
    '<h1>{titre}</h1><p>{texte}</p><p><a href="/">Revenir à l’accueil</a></p></main></html>'
)
