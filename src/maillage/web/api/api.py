"""One interface for machines, in one version: its rooms, its refusals, the marks of its answers."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, Throttled, ValidationError

from maillage import __version__
from maillage.web.annuaire.queries import read_marque
from maillage.web.api import annuaire, chiffres, deficits, gouvernance, participation, programme, scenarios
from maillage.web.api.description import DESCRIPTION, ApiDecrite
from maillage.web.api.securite import Cle, Limite, find_spent, is_nobody, sans_cle
from maillage.web.programme.lecture import read_version
from maillage.web.socle.atlas import sign_install
from maillage.web.socle.etag import mark

api: NinjaAPI = ApiDecrite(
    title="Maillage : les données du schéma",
    version=__version__,
    description=DESCRIPTION,
    urls_namespace="api-1",
    docs_url=None,
    openapi_url="openapi.json",
    auth=[Cle(), sans_cle],
    throttle=Limite(),
)
api.add_router("", chiffres.router)
api.add_router("/deficits", deficits.router)
api.add_router("/programme", programme.router)
api.add_router("/gouvernance", gouvernance.router)
api.add_router("/participation", participation.router)
api.add_router("/annuaire", annuaire.router)
api.add_router("/scenarios", scenarios.router)


def refuse(request: HttpRequest, status: int, detail: str) -> HttpResponse:
    """Why there is no other answer, in JSON."""
    return api.create_response(request, {"detail": detail}, status=status)


@api.exception_handler(Http404)
def introuvable(request: HttpRequest, error: Http404) -> HttpResponse:
    """404 with its reason."""
    return refuse(request, 404, str(error))


@api.exception_handler(AuthenticationError)
def cle_refusee(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """401: a key was given, and it is not one; or none was, where nothing is public."""
    said = "Cette clé est inconnue, échue ou révoquée. Sans clé, ce qui est public se lit librement."
    if not request.headers.get("Authorization"):
        said = "Rien ici n’est public : joignez une clé qui l’ouvre, à créer dans « Mon compte »."
    answer = refuse(request, 401, said)
    answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


@api.exception_handler(Throttled)
def trop(request: HttpRequest, error: Throttled) -> HttpResponse:
    """429 and when to come back."""
    spent = find_spent(request)
    if spent is None or spent.nom == "minute":
        answer = refuse(request, 429, "Trop de requêtes en une minute : attendez la suivante.")
    else:
        answer = refuse(request, 429, "Cette clé a fait toutes ses requêtes du jour : attendez demain.")
    answer.headers["Retry-After"] = str(spent.encore_s if spent else error.wait)
    return answer


@api.exception_handler(ValidationError)
def mal_demande(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """422: which parameter, and what it may be."""
    return refuse(request, 422, " ".join(map(_explain, error.errors)))


GENRES: Final = {
    "int": "un nombre entier",
    "bool": "true ou false",
    "greater_than_equal": "{ge} au moins",
    "less_than_equal": "{le} au plus",
    "string_too_long": "un texte de {max_length} caractères au plus",
}


def _explain(fault: dict[str, Any]) -> str:
    """One fault of a parameter in French.

    >>> _explain({"loc": ("query", "format"), "ctx": {"expected": "'json', 'csv' or 'geojson'"}})
    "Le paramètre « format » doit être l’un de : 'json', 'csv', 'geojson'."
    >>> _explain({"loc": ("query", "limit"), "type": "less_than_equal", "ctx": {"le": 1000}})
    'Le paramètre « limit » doit être 1000 au plus.'
    """
    context, kind = fault.get("ctx", {}), str(fault.get("type", ""))
    expected = str(context.get("expected", "")).replace(" or ", ", ")
    told = next((words for name, words in GENRES.items() if kind.startswith(name)), "un texte")
    allowed = f"l’un de : {expected}" if expected else told.format_map(context)
    return f"Le paramètre « {fault['loc'][-1]} » doit être {allowed}."


def marque(request: HttpRequest) -> str | None:
    """The ETag of an answer: code, atlas, address, and the state of the base for what it holds.

    The list of atlases has that of all of them.

    None without an atlas, of what moves without a state known in advance, and of what is read for somebody.
    """
    atlas = getattr(request, "atlas", None)
    room = request.path.partition("/api/1/")[2].partition("/")[0]
    if atlas is None or room in {"scenarios", "gouvernance", "participation"}:
        return None
    if room == "atlas":
        install = sign_install()
        return None if install is None else mark(request, atlas, repr(install))
    if room not in {"programme", "annuaire"}:
        return mark(request, atlas)
    if not is_nobody(request):
        return None
    return mark(request, atlas, repr((read_version(), settings.MAILLAGE_RESERVES, read_marque())))
