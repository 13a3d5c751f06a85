"""The map: the same view as a picture without script, as a live map, as a table."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_GET

from maillage.atlas.lecture.territoires import NIVEAUX
from maillage.reports.ecrire.image import MIME, write_png
from maillage.reports.rendu.couleurs import METHODES
from maillage.web.carte import choix, partage, phrase, queries
from maillage.web.carte import millesimes as defilement
from maillage.web.carte import tuiles as archives
from maillage.web.carte.lieu import find_fiche
from maillage.web.carte.vue import (
    CLASSES_MAXIMUM,
    Dessin,
    Vue,
    compute_dessin,
    list_contours,
    list_niveaux,
    read_point,
    read_vue,
)
from maillage.web.socle import adresses
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.socle.decorateurs import avec_atlas, framed
from maillage.web.socle.documents import serve_once
from maillage.web.socle.etag import par_atlas


def _dessin(request: HttpRequest, atlas: AtlasOuvert) -> Dessin:
    vue = read_vue(request.GET, atlas)
    if vue is None:
        raise Http404("Cet atlas ne contient rien à cartographier.")
    return compute_dessin(atlas, vue)


@require_GET
@avec_atlas
def carte(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """The page: choices, map, legend, table."""
    dessin = _dessin(request, atlas)
    vue = dessin.vue
    lieux = queries.list_lieux(atlas, vue.lieux) if vue.lieux else []
    context = {
        "ecarts": phrase.list_ecarts(request.GET, atlas, vue),
        "fiche": find_fiche(atlas, dessin, vue.centre, vue.point),
        "page": Paginator(queries.list_lignes(atlas, dessin), 40).get_page(request.GET.get("page")),
        "lieux": Paginator(lieux, 20).get_page(request.GET.get("page_lieux")),
        "defile": len(defilement.list_atlas(atlas, vue)) > 1,
        "section": "carte",
    }
    context |= partage.make_contexte(request, atlas, dessin)
    return render(request, "carte/carte.html", context | _formulaire(atlas, vue) | _couches(atlas, vue))


@require_GET
@avec_atlas
@framed
def integrer(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """The map alone, for the frame of another site: the same for all who look, whoever they are."""
    return HttpResponse(partage.write_page(request, atlas, _dessin(request, atlas)))


@require_GET
@avec_atlas
def millesimes(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """The same map in each atlas of the département, one at a time (``en``: an atlas; else the newest)."""
    dessin = _dessin(request, atlas)
    found = defilement.list_millesimes(atlas, dessin.vue)
    ids = [one.atlas.id for one in found]
    wanted = request.GET.get("en", "")
    at = ids.index(wanted) if wanted in ids else len(found) - 1
    context = {
        "vue": dessin.vue,
        "phrase": phrase.make_phrase(atlas, dessin),
        "mentions": phrase.list_mentions(atlas, dessin),
        "millesimes": found,
        "montre": found[at],
        "precedent": found[at - 1],
        "suivant": found[(at + 1) % len(found)],
        "lacunes": any(0 in one.dessin.teintes.values() for one in found),
        "section": "carte",
    }
    return render(request, "carte/millesimes.html", context)


@require_GET
@avec_atlas
def image(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """The map as a PNG that says alone what it shows."""
    dessin = _dessin(request, atlas)
    if not queries.dessin_fixe(atlas, dessin):
        raise Http404("Cet atlas n’a pas de contours à ce niveau.")
    state = ("carte", atlas.id, atlas.empreinte, dessin.vue)
    nom, plate = f"maillage-{atlas.id}-carte.png", partage.make_planche(atlas, dessin)
    return serve_once(request, state, nom, MIME, lambda path: write_png(plate, path))


def _formulaire(atlas: AtlasOuvert, vue: Vue) -> dict[str, Any]:
    """What the selectors offer."""
    return {
        "formulaire": choix.make_formulaire(atlas, vue.niveau, vue.place) if vue.place else None,
        "par_service": bool(choix.list_places(atlas, vue.niveau)),
        "generaux": choix.list_familles(choix.list_generaux(atlas, vue.niveau)),
        "niveaux": [(n, NIVEAUX.get(n, "carreau")) for n in list_niveaux(atlas)],
        "methodes": METHODES.items(),
        "nombres": range(2, CLASSES_MAXIMUM + 1),
        "types": queries.list_types(atlas),
        "contours": [(n, queries.nom_des_contours(atlas, n)) for n in list_contours(atlas, vue.niveau)],
    }


def _couches(atlas: AtlasOuvert, vue: Vue) -> dict[str, Any]:
    """What the live map draws from: tiles, or outlines where the atlas has none."""
    archive = queries.archive(vue.niveau)
    tuiles = (atlas.dossier / "tuiles" / archive).is_file()
    vive = tuiles or vue.niveau != "carreau"
    return {"fichier_tuiles": archive, "tuiles": tuiles, "vive": vive, "fond": settings.MAILLAGE_FOND}


@require_GET
@avec_atlas
def adresse(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """Addresses that answer a few words, each with its place on the map; the part alone when a page asks.

    That the service did not answer is true for a moment only: nobody keeps that.
    """
    if not adresses.actives():
        raise Http404("Cette installation ne cherche pas d’adresses.")
    text = request.GET.get("q", "").strip()[:200]
    context: dict[str, Any] = {"texte": text, "section": "carte", "service": settings.MAILLAGE_ADRESSES}
    try:
        found = adresses.search(atlas, text)
        context["trouvees"] = [(a, atlas.territoire("commune", a.code_insee)) for a in found]
    except adresses.AdressesIndisponiblesError as error:
        context["panne"] = str(error)
    part = request.headers.get("HX-Request") == "true"
    response = render(request, "carte/_adresses.html" if part else "carte/adresse.html", context)
    if "panne" in context:
        add_never_cache_headers(response)
    return response


@require_GET
@avec_atlas
@par_atlas
def lieu(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """What stands at a place of the map, as a part of the page."""
    dessin = _dessin(request, atlas)
    fiche = find_fiche(atlas, dessin, request.GET.get("code", ""), read_point(request.GET))
    return render(request, "carte/_fiche.html", {"fiche": fiche, "dessin": dessin})


@require_GET
@avec_atlas
@par_atlas
def donnees(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """Colours and figures of a view, for the live map."""
    return JsonResponse(queries.donnees(atlas, _dessin(request, atlas)))


@require_GET
@avec_atlas
@par_atlas
def lieux(request: HttpRequest, atlas: AtlasOuvert, genre: str) -> HttpResponse:
    """Implantations of one type, as GeoJSON."""
    return JsonResponse(queries.lieux(atlas, genre), content_type="application/geo+json")


@require_GET
@avec_atlas
@par_atlas
def routes(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """The main roads, as GeoJSON; no feature where the atlas has no network."""
    return JsonResponse(queries.routes(atlas), content_type="application/geo+json")


@require_GET
@avec_atlas
@par_atlas
def contours(request: HttpRequest, atlas: AtlasOuvert, niveau: str) -> HttpResponse:
    """The outlines of a mesh, where the atlas has no tiles for it."""
    return HttpResponse(queries.contours(atlas, niveau), content_type="application/geo+json")


@require_GET
@avec_atlas
def tuile(request: HttpRequest, atlas: AtlasOuvert, nom: str) -> HttpResponseBase:
    """A tile archive, by parts."""
    return archives.serve(request, atlas, nom)
