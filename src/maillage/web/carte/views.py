"""The map: the same view as a picture without script, as a live map, as a table."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET

from maillage.web.carte import queries
from maillage.web.carte import tuiles as archives
from maillage.web.carte.vue import Dessin, compute_dessin, list_niveaux, read_vue
from maillage.web.socle.atlas import NIVEAUX, AtlasOuvert
from maillage.web.socle.decorateurs import avec_atlas
from maillage.web.socle.etag import par_atlas
from maillage.web.socle.graphiques.couleurs import METHODES


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
    lignes = queries.list_lignes(atlas, dessin)
    context = {
        "dessin": dessin,
        "vue": dessin.vue,
        "fixe": queries.dessin_fixe(atlas, dessin, "b" if dessin.seconde else "c"),
        "bivariee": range(1, 10),
        "page": Paginator(lignes, 40).get_page(request.GET.get("page")),
        "niveaux": [(n, NIVEAUX.get(n, "carreau")) for n in list_niveaux(atlas)],
        "choix": queries.choix(atlas, dessin.vue.niveau),
        "methodes": METHODES.items(),
        "types": queries.list_types(atlas),
        "fichier_tuiles": (archive := queries.archive(dessin.vue.niveau)),
        "tuiles": (tuiles := (atlas.dossier / "tuiles" / archive).is_file()),
        "vive": tuiles or dessin.vue.niveau != "carreau",
        "section": "carte",
    }
    return render(request, "carte/carte.html", context)


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
@gzip_page
def contours(request: HttpRequest, atlas: AtlasOuvert, niveau: str) -> HttpResponse:
    """The outlines of a mesh, where the atlas has no tiles for it."""
    return HttpResponse(queries.contours(atlas, niveau), content_type="application/geo+json")


@require_GET
@avec_atlas
def tuile(request: HttpRequest, atlas: AtlasOuvert, nom: str) -> HttpResponseBase:
    """A tile archive, by parts."""
    return archives.serve(request, atlas, nom)
