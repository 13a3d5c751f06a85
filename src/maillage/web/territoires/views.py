"""Pages of territories: home, search, portraits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from maillage.atlas import ods
from maillage.atlas.lecture.territoires import NIVEAUX, Territoire
from maillage.atlas.lecture.transports import name_rule, say_transports
from maillage.catalogue.noms import plier
from maillage.reports.ecrire import tableur
from maillage.reports.ecrire.image import MIME, write_png
from maillage.reports.ecrire.pdf import write_pdf
from maillage.reports.rendu import vega
from maillage.web.programme.lecture import read_version
from maillage.web.socle import atlas as atlases
from maillage.web.socle import commands as socle_commands
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.socle.decorateurs import avec_atlas
from maillage.web.socle.documents import serve_once
from maillage.web.socle.etag import par_atlas
from maillage.web.territoires import (
    apports,
    classement,
    comparaison,
    comparaison_image,
    croisement,
    egalite,
    evolution,
    geographie,
    impression,
    petite_carte,
    phrases,
    prevu,
    profil,
    queries,
    selection,
)
from maillage.web.territoires.sans_voiture import contenu as sans_voiture

NOMBRE_PAR_PAGE, NOMBRE_SUGGESTIONS = 60, 8
# Width of the pictures that stand three in a row, in their own units.
ETROIT = 380


@require_GET
@avec_atlas
def accueil(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """What this is, the département at a glance, one search box, ways in by role."""
    here = atlas.departement
    context: dict[str, Any] = {
        "departement": here,
        "deficits": queries.list_deficits(atlas, "epci")[:6],
        "jugees": queries.count_deficits(atlas).get("epci"),
    }
    if here is not None:
        context |= {
            "chapeau": phrases.ouverture_departement(atlas, here),
            "reperes": queries.list_reperes(atlas, here, ETROIT),
            "carte": petite_carte.carte_autour(atlas, here),
            "egalite": egalite.read_egalite(atlas, here),
            "arrondissements": queries.list_arrondissements(atlas),
        }
    return render(request, "territoires/accueil.html", context)


@require_GET
@avec_atlas
def recherche(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """What answers a few words; a territory that alone answers is opened at once, a number never."""
    text = request.GET.get("q", "").strip()[:100]
    found = queries.search(atlas, text)
    numero = queries.is_ambiguous(text)
    if len(found) == 1 and found[0].genre in NIVEAUX and not numero:
        return redirect(found[0].url or "territoires:accueil")
    context = {
        "texte": text,
        "reponses": found,
        "numero": numero,
        "section": "territoires-portraits",
    }
    return render(request, "territoires/recherche.html", context)


@require_GET
@avec_atlas
@par_atlas
def suggestions(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """The first answers to what is being typed, for the list under the search box."""
    found = queries.search(atlas, request.GET.get("q", "").strip()[:100], NOMBRE_SUGGESTIONS)
    return JsonResponse([{"nom": r.nom, "ligne": r.ligne, "url": r.url} for r in found], safe=False)


@require_GET
@avec_atlas
def portraits(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """Every territory of one mesh, by name."""
    niveaux = atlas.niveaux()
    niveau = request.GET.get("niveau", "epci" if "epci" in niveaux else "commune")
    rows = sorted(atlas.territoires(niveau), key=lambda t: plier(t.nom))
    page = Paginator(rows, NOMBRE_PAR_PAGE).get_page(request.GET.get("page"))
    indicateur = selection.de_la_carte(atlas, niveau)
    lignes = [(t, atlas.chiffre(niveau, t.code, indicateur) if indicateur else None) for t in page]
    context = {
        "niveaux": [(n, NIVEAUX[n], len(atlas.territoires(n))) for n in niveaux],
        "niveau": niveau,
        "page": page,
        "lignes": lignes,
        "definition": atlas.definition(indicateur) if indicateur else None,
        "section": "territoires-portraits",
    }
    return render(request, "territoires/portraits.html", context)


@require_GET
@avec_atlas
def portrait(request: HttpRequest, atlas: AtlasOuvert, niveau: str, code: str) -> HttpResponse:
    """A territory: who lives here, what is near, what is far, why it is or is not a priority."""
    here = atlas.get_territoire(niveau, code)
    reperes, proches = queries.list_reperes(atlas, here), queries.list_proches(atlas, here)
    deficit, avant = atlas.deficit(niveau, code), evolution.choose_avant(atlas, request.GET.get("avant"))
    pairs = profil.find_pairs(atlas, here)
    context = {
        "territoire": here,
        "nature": phrases.nature(here),
        "parents": queries.list_parents(atlas, here),
        "chapeau": _chapeau(atlas, here, reperes, proches),
        "juges": [(NIVEAUX[n], *counts) for n, counts in queries.count_deficits(atlas).items()],
        "reperes": reperes,
        "points": phrases.UN[queries.niveau_des_points(atlas, niveau)],
        "carte": petite_carte.carte_autour(atlas, here),
        "proches": proches,
        "frontiere": atlas.explain_border(here, [p.chiffre.definition.service for p in proches]),
        "sans_voiture": sans_voiture.read_hours(atlas, here),
        "references": queries.list_references(atlas, here),
        "profil": profil.list_profil(atlas, here),
        "transports_dits": say_transports(atlas.manifeste.transports),
        "pairs": pairs,
        "semblables": "1" if len(pairs.codes) > 1 else "",
        "habitants": queries.list_habitants(atlas, here),
        "deficit": deficit,
        "rang": phrases.rang(here, deficit, queries.count_ranked(atlas, niveau)) if deficit else "",
        "egalite": egalite.read_egalite(atlas, here),
        "voisins": geographie.voisins(atlas, here),
        "dedans": _dedans(atlas, here),
        "dedans_nom": "arrondissement" if niveau == "departement" else "commune",
        "avant": avant,
        "evolutions": evolution.list_evolutions(avant, atlas, here),
        "prevu": prevu.read_prevu(atlas, here),
        "apports": apports.gather(atlas, here),
        "section": "territoires-portraits",
    }
    return render(request, "territoires/portrait.html", context)


def _chapeau(
    atlas: AtlasOuvert, here: Territoire, reperes: list[queries.Repere], proches: list[queries.Proche]
) -> list[tuple[str, bool]]:
    """The opening words: those of the home page for the département."""
    whole = phrases.ouverture_departement(atlas, here) if here.niveau == "departement" else []
    return whole or phrases.chapeau(here, reperes, proches)


@require_GET
@avec_atlas
def deficits(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """The territories the rule keeps, mesh by mesh: why, and how firmly."""
    judged = queries.count_deficits(atlas)
    niveau = request.GET.get("niveau", "")
    niveau = niveau if niveau in judged else next(iter(judged), "")
    rows = queries.list_deficits(atlas, niveau)
    context = {
        "niveaux": [(n, NIVEAUX[n], *judged[n]) for n in judged],
        "niveau": niveau,
        "nature": NIVEAUX.get(niveau, ""),
        "compte": judged.get(niveau, (0, 0)),
        "page": Paginator(rows, NOMBRE_PAR_PAGE).get_page(request.GET.get("page")),
        "repartition": queries.count_typologies(rows),
        "paliers": queries.count_tiers(atlas, niveau),
        "noms_paliers": {palier.id: palier.nom for palier in atlas.paliers},
        "regle": name_rule(atlas),
        "courbe": queries.draw_tiers(atlas, niveau),
        "section": "territoires-classements",
    }
    return render(request, "territoires/deficits.html", context)


@require_GET
@avec_atlas
def ce_qui_change(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """Two atlases side by side: one indicator over a mesh, before and now."""
    avant = evolution.choose_avant(atlas, request.GET.get("avant"))
    niveaux = atlas.niveaux()
    niveau = request.GET.get("niveau", "")
    niveau = niveau if niveau in niveaux else ("epci" if "epci" in niveaux else niveaux[0])
    suivis = evolution.list_suivis(atlas, niveau)
    indicateur = request.GET.get("indicateur", "")
    indicateur = indicateur if atlas.a(niveau, indicateur) else next(iter(suivis), "")
    found = evolution.compare_niveau(avant, atlas, niveau, indicateur) if avant and indicateur else None
    context = {
        "avant": avant,
        "autres": [name for name in atlases.list_ids(atlas.code_departement) if name != atlas.id],
        "niveaux": [(n, NIVEAUX[n]) for n in niveaux],
        "niveau": niveau,
        "nature": NIVEAUX[niveau],
        "suivis": [atlas.definition(name) for name in dict.fromkeys([*suivis, indicateur]) if name],
        "definition": atlas.definition(indicateur),
        "changement": found,
        "page": Paginator(found.lignes if found else [], NOMBRE_PAR_PAGE).get_page(request.GET.get("page")),
        "section": "territoires-classements",
    }
    return render(request, "territoires/evolution.html", context)


@require_GET
@avec_atlas
def portrait_pdf(request: HttpRequest, atlas: AtlasOuvert, niveau: str, code: str) -> HttpResponse:
    """The portrait as a tagged PDF."""
    here, today = atlas.get_territoire(niveau, code), timezone.localdate()

    added = apports.gather(atlas, here)

    def write(path: Path) -> None:
        path.write_bytes(write_pdf(impression.make_document(atlas, here, today, added)))

    nom = f"portrait-{niveau}-{code}.pdf"
    state = (atlas.id, atlas.empreinte, read_version(), today, added, nom)
    return serve_once(request, state, nom, "application/pdf", write)


@require_GET
@avec_atlas
@par_atlas
def portrait_ods(request: HttpRequest, atlas: AtlasOuvert, niveau: str, code: str) -> HttpResponse:
    """Every figure of the territory as a workbook."""
    here = atlas.get_territoire(niveau, code)

    def write(path: Path) -> None:
        path.write_bytes(impression.make_classeur(atlas, here))

    nom = f"portrait-{niveau}-{code}.ods"
    return serve_once(request, (atlas.id, atlas.empreinte, nom), nom, ods.MIME, write)


def _dedans(atlas: AtlasOuvert, here: Territoire) -> list[Territoire]:
    """What a territory holds: arrondissements of the département, communes of the others."""
    if here.niveau == "commune":
        return []
    if here.niveau == "departement":
        return list(atlas.territoires("arrondissement"))
    return sorted(geographie.communes_dans(atlas, here), key=lambda t: plier(t.nom))


@require_GET
@avec_atlas
def comparer(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """Up to five territories side by side; ``semblables`` adds the peers of the first."""
    chosen = comparaison.read_territoires(atlas, request.GET.getlist("t"))
    if chosen and request.GET.get("semblables"):
        chosen = [chosen[0], *comparaison.list_semblables(atlas, chosen[0])]
    text = request.GET.get("q", "").strip()[:100]
    keys = [t.cle for t in chosen]
    others = [[key for key in keys if key != own] for own in keys]
    lignes = comparaison.compute_lignes(atlas, chosen, request.GET.getlist("c"))
    form = request.GET.get("format", "")
    state = ("comparaison", *keys, *(line.definition.id for line in lignes))
    if chosen and form in FORMATS:
        return _export(request, atlas, "comparaison", state, form, comparaison.export(chosen, lignes))
    if lignes and form == "png":
        nom, state = f"maillage-{atlas.id}-comparaison.png", (atlas.id, atlas.empreinte, *state, form)
        plate = comparaison_image.make_planche(atlas, chosen, lignes)
        return serve_once(request, state, nom, MIME, lambda path: write_png(plate, path))
    context = {
        "rubriques": comparaison.list_choices(atlas, chosen, lignes),
        "territoires": list(zip(comparaison.LETTRES, chosen, others, strict=False)),
        "cles": keys,
        "lignes": lignes,
        "profils": comparaison.compute_profils(atlas, chosen),
        "transports_dits": say_transports(atlas.manifeste.transports),
        "resume": comparaison.resumer(chosen, lignes),
        "texte": text,
        "trouves": queries.search_territoires(atlas, text, 12),
        "complet": len(chosen) >= comparaison.MAXIMUM,
        "section": "territoires-comparer",
    }
    return render(request, "territoires/comparer.html", context)


@require_GET
@avec_atlas
def classements(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """Every indicator over a mesh: filter, sort, choose columns, carry away."""
    choix = classement.read_choix(request.GET, atlas)
    table = classement.compute_table(atlas, choix)
    if (form := request.GET.get("format", "")) in FORMATS:
        content = classement.entetes(table), classement.export(atlas, table)
        return _export(request, atlas, choix.niveau, ("classements", choix), form, content)
    context = {
        "choix": choix,
        "table": table,
        "resume": classement.resumer(table),
        "absents": classement.tell_absents(atlas, choix),
        "croisees": (*choix.colonnes, "", "")[:2],
        "nature": NIVEAUX[choix.niveau],
        "page": Paginator(table.lignes, NOMBRE_PAR_PAGE).get_page(request.GET.get("page")),
        "niveaux": [(n, NIVEAUX[n]) for n in atlas.niveaux()],
        "rubriques": classement.list_rubriques(atlas, choix),
        "mesures": classement.list_mesures(atlas, choix.niveau),
        "services": classement.list_services(atlas, choix.niveau),
        "dans": classement.list_dans(atlas),
        "densites": classement.list_densites(atlas),
        "section": "territoires-classements",
    }
    return render(request, "territoires/classements.html", context)


def _read_croisement(request: HttpRequest, atlas: AtlasOuvert) -> croisement.Croisement | None:
    """The crossing an address asks for, with defaults; null when the mesh holds fewer than two indicators."""
    niveaux = atlas.niveaux()
    niveau = request.GET.get("niveau", "commune")
    niveau = niveau if niveau in niveaux else niveaux[0]
    asked = (request.GET.get("x", ""), request.GET.get("y", ""))
    names = croisement.choose_indicateurs(atlas, niveau, *asked)
    return croisement.compute(atlas, niveau, *names) if names else None


@require_GET
@avec_atlas
def croiser(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """Two indicators at once: a chart, and those that are worse off in both."""
    found = _read_croisement(request, atlas)
    if found is None:
        return render(request, "territoires/croiser.html", {"section": "territoires-classements"})
    query = QueryDict(mutable=True)
    query.update({"niveau": found.niveau, "x": found.x.id, "y": found.y.id})
    if not atlas.par_defaut:
        query["atlas"] = atlas.id
    image = f"{reverse('territoires:croiser-image')}?{query.urlencode()}"
    table = QueryDict(mutable=True)
    table.update({"niveau": found.niveau})
    table.setlist("c", [found.x.id, found.y.id])
    context = {
        "croisement": found,
        "definitions": (found.x, found.y),
        "nature": NIVEAUX[found.niveau],
        "mots": croisement.describe_words(found),
        "image": image,
        "image_etroite": f"{image}&etroit=1",
        "description": f"{reverse('territoires:croiser-description')}?{query.urlencode()}",
        "tableau": f"{reverse('territoires:classements')}?{table.urlencode()}",
        "axes": [("x", "En largeur", found.x.id), ("y", "En hauteur", found.y.id)],
        "rubriques": croisement.list_rubriques(atlas, found),
        "niveaux": [(n, NIVEAUX[n]) for n in atlas.niveaux() if n != "departement"],
        "page": Paginator(found.defavorables, NOMBRE_PAR_PAGE).get_page(request.GET.get("page")),
        "section": "territoires-classements",
    }
    return render(request, "territoires/croiser.html", context)


def _spec(request: HttpRequest, atlas: AtlasOuvert) -> dict[str, object]:
    found = _read_croisement(request, atlas)
    if found is None:
        raise Http404("Cet atlas n’a pas deux indicateurs à croiser.")
    return croisement.describe(found, vega.ETROIT if request.GET.get("etroit") else vega.LARGE)


@require_GET
@avec_atlas
@par_atlas
def croiser_image(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """The chart, drawn."""
    return HttpResponse(vega.draw(_spec(request, atlas)), content_type="image/svg+xml")


@require_GET
@avec_atlas
@par_atlas
def croiser_description(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """The chart, described in Vega-Lite with its data."""
    return JsonResponse(_spec(request, atlas), json_dumps_params={"ensure_ascii": False})


FORMATS = {"csv": "text/csv; charset=utf-8", "ods": ods.MIME}


def _export(
    request: HttpRequest,
    atlas: AtlasOuvert,
    titre: str,
    state: tuple[Any, ...],
    form: str,
    content: tuple[list[str], list[list[str | float | None]]],
) -> HttpResponse:
    """A table as a file, made once for this ``state`` of the page."""

    def write(path: Path) -> None:
        heads, rows = content
        made = tableur.make_csv(heads, rows) if form == "csv" else ods.make_ods([(titre, heads, rows)], titre)
        path.write_bytes(made)

    nom = f"maillage-{atlas.id}-{titre}.{form}"
    return serve_once(request, (atlas.id, atlas.empreinte, *state, form), nom, FORMATS[form], write)


@require_POST
@avec_atlas
def tout_exporter(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """Every indicator of every mesh, in the background."""
    parametres = {"atlas": str(atlas.dossier), "empreinte": atlas.empreinte}
    travail = socle_commands.request_travail(
        request.user, "tout_exporter", "Tous les indicateurs, tous les niveaux", parametres
    )
    return redirect("socle:travail", travail.jeton)
