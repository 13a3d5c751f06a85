"""Scenarios for machines: those open to who asks, what they do, and any other, computed on demand.

Who asks is the holder of the key, else the person of the session. An answer here is never kept by anyone:
what was public a moment ago may be a draft now.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, RawPostDataException
from ninja import Path, Query, Router, Status
from ninja.errors import HttpError, Throttled

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.scenarios.dossier import GEOJSON
from maillage.scenarios.fichier import read_scenario, write_scenario
from maillage.scenarios.modifications import Scenario
from maillage.scenarios.mots import tell_edits
from maillage.web.api.demande import REFUS, REFUS_ATLAS, AtlasDemande, choose_form, open_atlas
from maillage.web.api.listes import ChampsDeListe, give
from maillage.web.api.schemas import CalculOut, ScenarioDetailOut, ScenarioOut
from maillage.web.api.securite import get_reader
from maillage.web.atelier import calcul, queries
from maillage.web.atelier.models import ScenarioEnregistre
from maillage.web.comptes.models import Jeton
from maillage.web.socle import debit
from maillage.web.socle.atlas import AtlasOuvert

CALCULS_PAR_MINUTE = 10
CORPS_MAX = 1_000_000
"""Bytes of a scenario that is posted."""
DEUX_FORMES = {
    "application/geo+json": {
        "schema": {
            "type": "object",
            "required": ["type", "features"],
            "properties": {"type": {"const": "FeatureCollection"}, "features": {"type": "array"}},
        }
    }
}
CORPS = {
    "required": True,
    "content": {
        "application/yaml": {"schema": {"type": "string"}},
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["maillage", "nom", "modifications"],
                "properties": {"maillage": {"const": "scenario 1"}, "nom": {"type": "string"}},
            }
        },
    },
}
Cle = Annotated[str, Path(description="La clé du scénario : voir /scenarios.", examples=["exemple"])]
Forme = Annotated[
    Literal["json", "geojson"] | None,
    Query(alias="format", description="La forme de la réponse ; sans elle, celle que préfère `Accept`."),
]
router = Router(tags=["scenarios"])


def _read_person(request: HttpRequest) -> Any:
    return get_reader(request, Jeton.Droit.SCENARIOS)


@router.get(
    "",
    response={200: list[ScenarioOut], **REFUS},
    summary="Les scénarios que l’on peut lire",
    description="Les publics ; avec une clé qui les lit, aussi ceux qui vous sont ouverts et les vôtres.",
)
def list_scenarios(request: HttpRequest, response: HttpResponse, vue: Query[ChampsDeListe]) -> Any:
    """Those moved last first."""
    rows = queries.list_lisibles(_read_person(request))
    return give(request, response, rows, vue, ScenarioOut.model_fields, _describe)


def _describe(row: ScenarioEnregistre) -> dict[str, Any]:
    return {
        "cle": row.cle,
        "titre": row.titre,
        "visibilite": row.visibilite,
        "version": row.version,
        "modifie_le": row.modifie_le.isoformat(),
        "modifications": len(row.scenario.modifications),
        "lien": row.lien,
    }


@router.post(
    "/impact",
    response={200: dict[str, Any], 202: CalculOut, **REFUS_ATLAS},
    summary="Essayer un scénario",
    description=(
        "Le corps est un scénario, en YAML ou en JSON (docs/guide/scenarios.md) ; rien n’en est gardé comme "
        "scénario. 202 tant que le calcul n’est pas fini : renvoyez la même demande. "
        "Dix calculs nouveaux par minute."
    ),
    openapi_extra={"requestBody": CORPS, "responses": {200: {"content": DEUX_FORMES}}},
)
def try_scenario(request: HttpRequest, forme: Forme = None, atlas: AtlasDemande = None) -> Any:
    """422 with every fault of the file, or every edit that this atlas does not bear."""
    opened = open_atlas(atlas)
    try:
        scenario = _read_body(request)
        calcul.check_departement(opened, scenario)
    except EntreeInvalide as error:
        raise HttpError(422, " ".join(calcul.explain(error))) from error
    refused = calcul.put_on(opened, scenario).refus
    if refused:
        raise HttpError(422, " ".join(f"Modification {one.rang} : {one.motif}." for one in refused))
    return _answer(request, opened, write_scenario(scenario), scenario, forme)


@router.get(
    "/{cle}",
    response={200: ScenarioDetailOut, **REFUS_ATLAS},
    summary="Un scénario",
    description="Ses modifications, en phrases et en fichier. Ce qui ne vous est pas ouvert n’existe pas.",
)
def get_scenario(request: HttpRequest, cle: Cle, atlas: AtlasDemande = None) -> Any:
    """404 for one that is not open to who asks."""
    row = queries.get_scenario(_read_person(request), cle)
    opened = open_atlas(atlas)
    words = tell_edits(row.scenario, calcul.get_terrain(opened))
    return _describe(row) | {"fichier": row.contenu, "phrases": words}


@router.get(
    "/{cle}/impact",
    response={200: dict[str, Any], 202: CalculOut, **REFUS_ATLAS},
    summary="Ce que fait un scénario",
    description="Habitants, chiffres, déficits, bilan d’un an ; 202 tant que le calcul n’est pas fini.",
    openapi_extra={"responses": {200: {"content": DEUX_FORMES}}},
)
def get_impact(request: HttpRequest, cle: Cle, forme: Forme = None, atlas: AtlasDemande = None) -> Any:
    """Computed when it is asked for the first time."""
    row = queries.get_scenario(_read_person(request), cle)
    return _answer(request, open_atlas(atlas), row.contenu, row.scenario, forme)


def _read_body(request: HttpRequest) -> Scenario:
    try:
        body = request.body
    except RawPostDataException as error:  # a form with files, read already
        raise EntreeInvalide(
            "Le scénario est le corps lui-même, en YAML ou en JSON, pas un formulaire."
        ) from error
    if len(body) > CORPS_MAX:
        raise EntreeInvalide(f"Ce scénario dépasse {CORPS_MAX // 1000} ko.")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise EntreeInvalide("Ce corps n’est pas du texte en UTF-8.") from error
    return read_scenario(text)


def _answer(
    request: HttpRequest, atlas: AtlasOuvert, contenu: str, scenario: Scenario, forme: str | None
) -> Any:
    """What is known of a scenario, else that it is being computed."""
    forme = choose_form(request, forme, ("json", "geojson"))
    if not scenario.modifications:
        raise HttpError(422, "Ce scénario ne change rien.")
    effects = calcul.read_effets(atlas, contenu)
    if effects.impact is None or effects.dossier is None:
        if effects.travail is None or not effects.travail.en_vie:
            _count(request)
            calcul.request_effets(_read_asker(request), atlas, contenu)
        said = "Le calcul est en cours : renvoyez la même demande dans quelques secondes."
        return Status(202, {"detail": said})
    if forme == "geojson":
        return HttpResponse((effects.dossier / GEOJSON).read_bytes(), content_type="application/geo+json")
    return HttpResponse(json.dumps(effects.impact, ensure_ascii=False), content_type="application/json")


def _read_asker(request: HttpRequest) -> Any:
    """Whose the work is: the holder of the key; a session asks for nothing here, where no form is checked."""
    auth = getattr(request, "auth", None)
    return auth.personne if isinstance(auth, Jeton) else AnonymousUser()


def _count(request: HttpRequest) -> None:
    """So many computations a minute, by key or by address, as the page has it."""
    auth = getattr(request, "auth", None)
    done = (
        debit.count(f"scenarios:cle:{auth.pk}")
        if isinstance(auth, Jeton)
        else debit.count_address(request, "scenarios")
    )
    if done > CALCULS_PAR_MINUTE:
        raise Throttled(wait=debit.wait_s())
