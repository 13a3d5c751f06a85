"""The programme for machines: its public part, more with a key; in the words of the exchange format."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import fields
from typing import Annotated, Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Field, Path, Query, Router
from pydantic import create_model

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sdaasp.completude.formes import to_document
from maillage.sdaasp.programme.echange import export_programme, extract_fiche, to_plain
from maillage.sdaasp.programme.modele import Programme
from maillage.sdaasp.programme.structure import list_collections
from maillage.web.api.demande import REFUS, REFUS_ATLAS, AtlasDemande
from maillage.web.api.listes import ChampsDeListe, give
from maillage.web.api.schemas import CompletudeOut
from maillage.web.api.securite import get_reader
from maillage.web.comptes.models import Jeton
from maillage.web.programme.couverture.queries import read_completude
from maillage.web.programme.lecture import read_programme
from maillage.web.programme.noms import get_noms
from maillage.web.programme.visibilite import read_for
from maillage.web.socle import atlas as atlases

router = Router(tags=["programme"])
FILTRES: Final = {
    "theme": "La clé d’un thème.",
    "fiche": "La clé d’une fiche.",
    "arrondissement": "Le code d’un arrondissement.",
    "annee": "Une année.",
    "objet": "La clé de l’objectif ou de la déclinaison mesuré.",
    "indicateur": "La clé d’un indicateur.",
    "nature": "Une nature.",
}
"""Fields by which the items of a collection are chosen, where they have them."""
LISTES: Final = {
    "territoires": "Les territoires du schéma : arrondissements, et zones qu’il dit en déficit",
    "themes": "Les thèmes",
    "dimensions_transversales": "Les dimensions transversales",
    "fiches": "Les fiches-action",
    "objectifs": "Les objectifs prioritaires",
    "declinaisons": "Les déclinaisons territoriales",
    "indicateurs": "Les indicateurs de suivi, leurs cibles et leurs valeurs",
    "cibles": "Les cibles des indicateurs",
    "valeurs": "Les valeurs des indicateurs",
    "afom": "Les atouts, faiblesses, opportunités et menaces",
    "orientations_fne": "Les orientations de France Numérique Ensemble et leurs actions",
    "mutualisations": "Les partages de moyens",
    "plans_externes": "Les démarches tenues ailleurs",
    "bonnes_pratiques": "Les bonnes pratiques",
    "labels": "Les labels",
}
"""The collections that are given one by one; the others are in the whole programme."""
CLASSES: Final = {name: cls for name, cls in list_collections() if name in LISTES}
MESURES: Final = ("cibles", "valeurs")
RESERVE: Final = (
    " Avec une clé qui lit le programme : aussi ce qui est réservé aux comptes, qui a saisi et validé chaque "
    "valeur, et pourquoi."
)


def say_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """What the document says of an answer that the exchange format describes."""
    return {"responses": {200: {"content": {"application/json": {"schema": schema}}}}}


def read(request: HttpRequest) -> Programme:
    """The programme as who asks may read it."""
    return read_for(get_reader(request, Jeton.Droit.PROGRAMME))


@router.get(
    "",
    response={200: dict[str, Any], **REFUS},
    summary="Tout le programme",
    description="Au format d’échange (docs/schema-programme.json), que relit « Importer »." + RESERVE,
    openapi_extra=say_schema({"$ref": "#/components/schemas/Echange"}),
)
def get_programme(request: HttpRequest) -> Any:
    """The whole of it; 404 while no schema has begun."""
    return export_programme(read(request))


@router.get(
    "/completude",
    response={200: CompletudeOut, **REFUS_ATLAS},
    summary="Ce que la loi demande au programme",
    description="Pour chaque exigence : les territoires en déficit attendus, servis et manquants, par clé.",
)
def get_completude(request: HttpRequest, atlas: AtlasDemande = None) -> Any:
    """The answer of the pages and documents; 404 while no programme is loaded."""
    get_noms()  # 404
    return to_document(read_completude(read_programme(), atlases.choose(atlas)))


@router.get(
    "/fiches/{cle}",
    response={200: dict[str, Any], **REFUS},
    summary="Une fiche et tout ce qui en dépend",
    description="Ses objectifs, ses déclinaisons, ses indicateurs… au format d’échange." + RESERVE,
    openapi_extra=say_schema({"$ref": "#/components/schemas/Echange"}),
)
def get_fiche(
    request: HttpRequest,
    cle: Annotated[str, Path(description="La clé de la fiche : voir /programme/fiches.", examples=["sante"])],
) -> Any:
    """404 for a key that the programme does not have."""
    try:
        return export_programme(extract_fiche(read(request), cle))
    except EntreeInvalide as error:
        raise Http404(str(error)) from error


def list_columns(name: str) -> tuple[str, ...]:
    """The columns of a collection: the fields of the exchange format; of an indicator, its measures too."""
    own = tuple(one.name for one in fields(CLASSES[name]))
    return (*own, *MESURES) if name == "indicateurs" else own


def choose(items: Iterable[Any], wanted: dict[str, str | None]) -> list[Any]:
    """The items whose fields are those that are asked."""
    asked = {name: value for name, value in wanted.items() if value is not None}
    return [one for one in items if all(str(getattr(one, name)) == value for name, value in asked.items())]


def _tell_measures(programme: Programme) -> Callable[[Any], dict[str, Any]]:
    held: dict[str, dict[str, list[Any]]] = {name: defaultdict(list) for name in MESURES}
    for name in MESURES:
        for one in getattr(programme, name):
            held[name][one.indicateur].append(to_plain(one))
    return lambda one: to_plain(one) | {name: held[name].get(one.cle, []) for name in MESURES}


def _add_list(name: str, title: str) -> None:
    """The operation that gives one collection."""
    by = [field.name for field in fields(CLASSES[name]) if field.name in FILTRES]
    told: dict[str, Any] = {one: (str | None, Field(None, description=FILTRES[one])) for one in by}
    asked = create_model(f"ChampsDe{name.title()}", __base__=ChampsDeListe, **told)

    def list_items(request: HttpRequest, response: HttpResponse, vue: ChampsDeListe) -> Any:
        programme = read(request)
        rows = choose(getattr(programme, name), {one: getattr(vue, one) for one in by})
        tell = _tell_measures(programme) if name == "indicateurs" else to_plain
        return give(request, response, rows, vue, list_columns(name), tell)

    list_items.__name__ = f"list_programme_{name}"
    list_items.__annotations__["vue"] = Query[asked]  # type: ignore[misc, valid-type]
    item = "IndicateurMesure" if name == "indicateurs" else CLASSES[name].__name__
    schema = {"items": {"$ref": f"#/components/schemas/{item}"}}
    router.get(
        f"/{name}",
        response={200: list[dict[str, Any]], **REFUS},
        summary=title,
        description="Dans l’ordre du programme, avec les champs du format d’échange."
        + (RESERVE if name in (*MESURES, "indicateurs", "objectifs", "declinaisons") else ""),
        openapi_extra=say_schema(schema),
    )(list_items)


for _name, _title in LISTES.items():
    _add_list(_name, _title)
