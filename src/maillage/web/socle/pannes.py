"""What to answer when a request fails: in words, in the form that was asked, and when to come back.

What failed is told without the database, an atlas nor a template: they may be what failed.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.html import escape

from maillage.atlas.lecture.ouvert import AtlasIllisible
from maillage.web.socle.atlas import set_aside

RETRY_S = 5


@dataclass(frozen=True)
class RefusDePage:
    """Why a page is refused, and what one may do; ``cite``: who asks for help has a number to quote."""

    statut: int
    titre: str
    texte: str
    que_faire: tuple[str, ...]
    cite: bool = True


INCOMPRISE = RefusDePage(
    400,
    "Demande incomprise",
    "L’adresse demandée est mal formée.",
    ("Vérifiez l’adresse, ou repartez de l’accueil.", "Si un lien de ce site y mène, signalez-le."),
)
RESERVEE = RefusDePage(
    403,
    "Accès réservé",
    "Votre mandat ne couvre pas cette action. Une personne chargée de l’administration peut l’étendre.",
    (
        "« Mon compte » dit vos mandats, et jusqu’à quand.",
        "Si vous avez un autre compte, déconnectez-vous, puis connectez-vous avec lui.",
    ),
)
PERIMEE = RefusDePage(
    403,
    "Formulaire périmé",
    "Ce formulaire vient d’une page trop ancienne, ou votre navigateur refuse nos témoins de connexion. "
    "Rien n’a été enregistré.",
    ("Revenez à la page précédente, rechargez-la, puis recommencez.",),
)
ABSENTE = RefusDePage(
    404,
    "Page introuvable",
    "Cette adresse ne mène à rien ici.",
    (
        "Vérifiez l’adresse : un lien recopié perd souvent sa fin.",
        "Cherchez un territoire par la recherche de la page d’accueil, ou un service par « Trouver ».",
        "Certaines pages ne s’ouvrent qu’avec un compte : connectez-vous.",
    ),
    cite=False,
)


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
    if wants_json(request):
        told = {"detail": f"{panne.titre}. {panne.texte}", "demande": read_number(request)}
        response = JsonResponse(told, status=status)
    else:
        response = HttpResponse(
            _PAGE.format(titre=panne.titre, texte=panne.texte, suite=_tell(request)), status=status
        )
    if panne.passagere:
        response.headers["Retry-After"] = str(panne.reprise_s)
    response.headers["Cache-Control"] = "no-store"
    return response


def refuse(request: HttpRequest, refus: RefusDePage) -> HttpResponse:
    """A refusal as the reader asked to be answered: a page that says what to do, or JSON."""
    number = read_number(request) if refus.cite else ""
    if wants_json(request):
        told = {"detail": f"{refus.titre}. {refus.texte}"} | ({"demande": number} if number else {})
        return JsonResponse(told, status=refus.statut)
    context = {"titre": refus.titre, "texte": refus.texte, "conseils": refus.que_faire, "numero": number}
    return render(request, "socle/erreur.html", context, status=refus.statut)


def wants_json(request: HttpRequest) -> bool:
    """Whether a machine asks."""
    return request.path.startswith("/api/") or "json" in request.headers.get("Accept", "")


def read_number(request: HttpRequest) -> str:
    """The number of a request in the log; empty before it has one."""
    return str(getattr(request, "numero", ""))


def _tell(request: HttpRequest) -> str:
    """Whom to write to, and what to quote."""
    contact = escape(settings.MAILLAGE_IDENTITE["contact"])
    whom = f' à <a href="mailto:{contact}">{contact}</a>' if contact else " à qui administre ce site"
    number = read_number(request)
    return f"Si cela dure, écrivez{whom} en citant le numéro <strong>{number}</strong>." if number else ""


_PAGE = (
    '<!doctype html><html lang="fr"><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width"><title>{titre}</title><main>'
    "<h1>{titre}</h1><p>{texte}</p><p>{suite}</p>"
    '<p><a href="/">Revenir à l’accueil</a></p></main></html>'
)
