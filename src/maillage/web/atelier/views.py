"""Pages of scenarios: the list, one of them, and each change made to it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.scenarios.fichier import read_scenario
from maillage.scenarios.modifications import Scenario, list_new
from maillage.scenarios.mots import GENRES_EN_MOTS
from maillage.web.atelier import apports, calcul, commands, forms, lignes, presentation, queries
from maillage.web.atelier.liens import find_target
from maillage.web.atelier.models import ScenarioEnregistre
from maillage.web.socle import debit, pannes
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.socle.decorateurs import avec_atlas
from maillage.web.socle.demande import get_and_post, read_number
from maillage.web.socle.documents import carry
from maillage.web.socle.lieux import AU_PLUS, find_places
from maillage.web.suivi.commands import ConflitVersion
from maillage.web.suivi.queries import compare, get_versions_around, read_discussion

CALCULS_PAR_MINUTE = 10
PAR_PAGE = 50


@require_GET
@never_cache
@avec_atlas
def accueil(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """The scenarios that this person may read."""
    link = request.GET.get("lien", "")[:120]
    context = _frame(request, "scenarios") | {
        "listes": queries.sort_by_owner(request.user, link),
        "cible": find_target(link),
    }
    return render(request, "atelier/accueil.html", context)


def _frame(request: HttpRequest, onglet: str) -> dict[str, Any]:
    return {
        "section": "atelier",
        "onglet": onglet,
        "peut_creer": request.user.has_perm("atelier.creer") if request.user.is_authenticated else False,
    }


@login_required
@get_and_post
@never_cache
@avec_atlas
def nouveau(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """A new draft, empty or read from a file."""
    if not request.user.has_perm("atelier.creer"):
        raise PermissionDenied
    form = forms.FormulaireNouveau(request.POST or None, request.FILES or None)
    if form.is_bound and form.is_valid():
        try:
            row = commands.create_scenario(request.user, _read_new(form, atlas), atlas.manifeste.empreinte)
        except EntreeInvalide as error:
            form.add_error("fichier", calcul.explain(error))
        else:
            return redirect(row)
    return render(request, "atelier/nouveau.html", _frame(request, "scenarios") | {"form": form})


def _read_new(form: forms.FormulaireNouveau, atlas: AtlasOuvert) -> Scenario:
    upload = form.cleaned_data["fichier"]
    if upload is None:
        return Scenario(nom=form.cleaned_data["nom"], departement=atlas.manifeste.departement)
    scenario = read_scenario(upload.read().decode("utf-8-sig"), upload.name)
    calcul.check_departement(atlas, scenario)
    return scenario


@require_GET
@never_cache
@avec_atlas
def scenario(request: HttpRequest, atlas: AtlasOuvert, cle: str) -> HttpResponse:
    """One scenario: its edits in words, what it would do, its discussion."""
    row = queries.get_scenario(request.user, cle)
    niveau = request.GET.get("niveau", "departement")
    context = (
        _frame(request, "scenarios")
        | read_discussion(request.user, row)
        | {
            "objet": row,
            "lignes": presentation.list_lines(row.scenario, atlas),
            "genres": presentation.list_genres(atlas),
            "autre_atlas": row.empreinte not in ("", atlas.manifeste.empreinte),
            "peut_partager": request.user.has_perm("atelier.partager", row),
            "lien": presentation.show_champ(type(row), "lien", row.lien) if row.lien else "",
            "cible": find_target(row.lien),
            "travail": None,
            "impact": None,
        }
    )
    context["apports"] = apports.gather(atlas, row.scenario)
    if row.scenario.modifications:
        effects = calcul.read_effets(atlas, row.contenu)
        context["travail"] = effects.travail
        if effects.impact is not None:
            shown = presentation.show_impact(atlas, effects.impact, niveau)
            page = Paginator(shown["chiffres"], PAR_PAGE).get_page(request.GET.get("page"))
            context |= {"impact": shown, "page": page, "niveau": niveau}
    return render(request, "atelier/scenario.html", context)


@require_GET
@never_cache
@avec_atlas
def exporter(request: HttpRequest, atlas: AtlasOuvert, cle: str, forme: str) -> HttpResponse:
    """The scenario as a file, or what it does once that is computed: impact, points, whole list of places."""
    row = queries.get_scenario(request.user, cle)
    if forme not in presentation.EXPORTS:
        raise Http404("Ce scénario ne s’exporte pas sous cette forme.")
    name, mime = presentation.EXPORTS[forme]
    shown = f"{row.cle}-{name}"
    if forme == "yaml":
        return carry(row.contenu.encode(), mime, shown)
    folder = calcul.read_effets(atlas, row.contenu).dossier
    if folder is None:
        raise Http404("Les effets de ce scénario ne sont pas encore calculés sur cet atlas.")
    return carry((folder / name).read_bytes(), mime, shown)


@require_POST
@avec_atlas
def calculer(request: HttpRequest, atlas: AtlasOuvert, cle: str) -> HttpResponse:
    """Ask what a scenario would do, in the background."""
    row = queries.get_scenario(request.user, cle)
    if not request.user.is_authenticated and debit.count_address(request, "scenarios") > CALCULS_PAR_MINUTE:
        return pannes.write(request, pannes.DEBIT)
    calcul.request_effets(request.user, atlas, row.contenu)
    return redirect(f"{row.get_absolute_url()}#effets")


@login_required
@get_and_post
@never_cache
@avec_atlas
def ajouter(request: HttpRequest, atlas: AtlasOuvert, cle: str, genre: str) -> HttpResponse:
    """One more edit, by form; places are found by service and words, then chosen from a list."""
    row = queries.get_scenario(request.user, cle)
    if not request.user.has_perm(row.MODIFIER, row):
        raise PermissionDenied
    if genre not in dict(presentation.list_genres(atlas)):
        raise Http404("Cette modification ne se fait pas ici.")
    offered = _offer_places(request, atlas, row, genre)
    data = request.POST if request.method == "POST" else None
    form = forms.FormulaireModification(
        data, genre=genre, atlas=atlas, lieux=offered["lieux"], version=row.version
    )
    if form.is_bound and form.is_valid():
        try:
            return _add(request, atlas, row, form)
        except ConflitVersion as conflict:
            return _show_conflict(request, row, conflict.actuel, form)
        except ValidationError as error:
            form.add_error(None, error)
    if genre in ("ouvrir", "deplacer") and not form.is_bound:
        form.initial |= {name: request.GET.get(name, "")[:80] for name in ("type", "lon", "lat", "lieu")}
    context = (
        _frame(request, "scenarios")
        | offered
        | {
            "objet": row,
            "genre": genre,
            "titre": GENRES_EN_MOTS[genre],
            "form": form,
            "d_un_lieu": genre in forms.D_UN_LIEU,
            "d_une_ligne": genre in lignes.D_UNE_LIGNE,
            "sans_horaires": genre in lignes.CHAMPS_LIGNES and lignes.get_transports(atlas) is None,
            "sans_lieu": genre not in forms.D_UN_LIEU | lignes.D_UNE_LIGNE
            or (genre, "lieu") in forms.FACULTATIFS,
            "communes": [t.nom_complet for t in atlas.territoires("commune")],
            "types": [(kind, label) for kind, label in forms.list_kinds() if kind in atlas.types_de_lieux()],
        }
    )
    return render(request, "atelier/ajouter.html", context)


def _offer_places(
    request: HttpRequest, atlas: AtlasOuvert, row: ScenarioEnregistre, genre: str
) -> dict[str, Any]:
    """The places found by the search of the address; those of the scenario are always there."""
    kind, text = request.GET.get("type", "")[:80], request.GET.get("q", "")[:80]
    known = kind in atlas.types_de_lieux() and genre in forms.D_UN_LIEU
    communes = {t.code: t.nom for t in atlas.territoires("commune")} if known else {}
    if genre in lignes.D_UNE_LIGNE:
        searched = "q" in request.GET
        lines = lignes.offer_lines(atlas, genre, text, searched=searched)
        return {"lieux": lines, "q": text, "cherche": searched, "trop": len(lines) == lignes.AU_PLUS}
    found = find_places(atlas, kind, text, request.GET.get("lieu", "")) if known else []
    changed = [place for edit in row.scenario.modifications for place in list_new(edit)]
    places = [(p.id, f"{p.nom or p.id} ({communes[p.code_insee or '']})") for p in found]
    places += [(p.id or "", f"{p.nom} (de ce scénario)") for p in changed]
    return {"lieux": places, "type": kind, "q": text, "cherche": known, "trop": len(found) == AU_PLUS}


def _add(
    request: HttpRequest, atlas: AtlasOuvert, row: ScenarioEnregistre, form: forms.FormulaireModification
) -> HttpResponse:
    """Write the edit, when it holds on this atlas."""
    edited = row.scenario.add(form.read())
    rank = len(edited.modifications)
    why = next((r.motif for r in calcul.put_on(atlas, edited).refus if r.rang == rank), None)
    if why:
        raise ValidationError(f"{why[:1].upper()}{why[1:]}.")
    reason = GENRES_EN_MOTS[form.genre]
    return _write(request, atlas, row, form.cleaned_data["version"], edited, reason)


def _write(
    request: HttpRequest,
    atlas: AtlasOuvert,
    row: ScenarioEnregistre,
    version: int,
    edited: Scenario,
    why: str,
) -> HttpResponse:
    """Keep the edited scenario, and ask at once what it would do."""
    done = commands.write_file(request.user, row, version, edited, atlas.manifeste.empreinte, why)
    if edited.modifications:
        calcul.request_effets(request.user, atlas, done.contenu)
    messages.success(request, f"C’est enregistré : {why.lower()}.", "succes")
    return redirect(done)


def _show_conflict(
    request: HttpRequest, seen: ScenarioEnregistre, current: Any, form: Any, status: int = 409
) -> HttpResponse:
    """What the other person wrote in between, and the form again, to be put on top of it."""
    base = seen.history.filter(version=read_number(request, "version")).order_by("-history_id").first()
    fresh = form.data.copy()
    fresh["version"] = str(current.version)
    form.data = fresh
    context = _frame(request, "scenarios") | {
        "objet": current,
        "form": form,
        "ecarts": compare(base, current, ScenarioEnregistre, presentation.show_champ),
        "autre": get_versions_around(current)[0].history_user,
        "communes": [],
    }
    return render(request, "atelier/conflit.html", context, status=status)


@login_required
@require_POST
@avec_atlas
def retirer(request: HttpRequest, atlas: AtlasOuvert, cle: str) -> HttpResponse:
    """Without one edit: that of a rank, or the last."""
    row = queries.get_scenario(request.user, cle)
    held = row.scenario
    rank = read_number(request, "rang") if "rang" in request.POST else len(held.modifications)
    version = read_number(request, "version")
    if version == row.version and not 1 <= rank <= len(held.modifications):
        raise Http404("Ce scénario n’a pas cette modification.")
    why = "Retirer une modification" if "rang" in request.POST else "Annuler la dernière modification"
    try:
        return _write(request, atlas, row, version, held.remove(rank - 1), why)
    except ConflitVersion:
        text = "Ce scénario a changé pendant que vous le lisiez : relisez-le, rien n’a été retiré."
        messages.error(request, text, "erreur")
        return redirect(row)


@login_required
@get_and_post
@never_cache
@avec_atlas
def regler(request: HttpRequest, atlas: AtlasOuvert, cle: str) -> HttpResponse:
    """The title, the description, the assumptions of the balance."""
    row = queries.get_scenario(request.user, cle)
    if not request.user.has_perm(row.MODIFIER, row):
        raise PermissionDenied
    form = forms.FormulaireReglages(request.POST if request.method == "POST" else None, objet=row)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        edited = replace(
            row.scenario, nom=said["nom"], description=said["description"], hypotheses=form.read_hypotheses()
        )
        try:
            return _write(request, atlas, row, said["version"], edited, "Titre, description, hypothèses")
        except ConflitVersion as conflict:
            return _show_conflict(request, row, conflict.actuel, form)
    context = _frame(request, "scenarios") | {"objet": row, "form": form}
    return render(request, "atelier/regler.html", context)


@login_required
@get_and_post
@never_cache
def partager(request: HttpRequest, cle: str) -> HttpResponse:
    """Whom a scenario is open to."""
    row = queries.get_scenario(request.user, cle)
    if not request.user.has_perm("atelier.partager", row):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    form = forms.FormulaireMutualisation(data, objet=row, personne=request.user)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            commands.share(request.user, row, said["version"], said["visibilite"], said["organisation"])
        except ConflitVersion as conflict:
            return _show_conflict(request, row, conflict.actuel, form)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "C’est enregistré.", "succes")
            return redirect(row)
    return render(
        request, "atelier/partager.html", _frame(request, "scenarios") | {"objet": row, "form": form}
    )


@login_required
@require_POST
@avec_atlas
def copier(request: HttpRequest, atlas: AtlasOuvert, cle: str) -> HttpResponse:
    """A draft of one's own from a scenario that one reads."""
    row = queries.get_scenario(request.user, cle)
    return redirect(commands.copy(request.user, row, atlas.manifeste.empreinte))


@login_required
@require_POST
def supprimer(request: HttpRequest, cle: str) -> HttpResponse:
    """Take a scenario away."""
    row = queries.get_scenario(request.user, cle)
    commands.retirer(request.user, row)
    messages.success(request, f"« {row.titre} » est supprimé.", "succes")
    return redirect("atelier:accueil")
