"""Proposing: looking for a place, correcting it, adding one, giving a table; one's own lines taken up."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from maillage.atlas.modele import make_model
from maillage.catalogue.complements import AJOUT, POSITION, write_position
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.web.carte.lieu import find_code
from maillage.web.complements import commands, forms, queries
from maillage.web.complements import fichier as tableaux
from maillage.web.complements.lieux import CHAMPS, find_lieu, list_near, list_types, search
from maillage.web.complements.models import ComplementPropose
from maillage.web.gouvernance.presentation import write
from maillage.web.programme.noms import list_portees
from maillage.web.socle import adresses
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.socle.decorateurs import avec_atlas
from maillage.web.socle.demande import get_and_post, read_float, read_number
from maillage.web.suivi.queries import get_lisible

CADRE: Final = {"section": "carte", "onglet": "proposer"}
ESSAI: Final = "complements_essai"
View = Callable[..., HttpResponse]


def require_proposer(view: View) -> View:
    """Who may propose."""

    @wraps(view)
    def check(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm(commands.PROPOSER):
            raise PermissionDenied(commands.PROPOSER)
        return view(request, *args, **kwargs)

    return check


def list_themes() -> dict[str, str]:
    """Key → name of the themes of the schema; none before it."""
    return list_portees().get("theme", {})


@login_required
@require_GET
@never_cache
@require_proposer
@avec_atlas
def lieux(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """Looking for the place to correct; the other two ways to propose."""
    kind, text = request.GET.get("type", "")[:60], request.GET.get("q", "").strip()[:120]
    found = search(atlas, kind, text) if kind or text else []
    context = CADRE | {"types": list_types(atlas), "type": kind, "q": text, "trouves": found}
    return render(request, "complements/lieux.html", context)


@login_required
@get_and_post
@never_cache
@require_proposer
@avec_atlas
def lieu(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """A place: what its list says, what was proposed of it, the form to correct it or say that it closed."""
    known = find_lieu(atlas, request.GET.get("id", "")[:200])
    if known is None:
        raise Http404("Ce lieu n’est pas de ceux de l’atlas que l’on peut compléter.")
    shown = dict(known.vu)
    form = forms.FormulaireLieu(
        request.POST if request.method == "POST" else None, personne=request.user, champs=shown
    )
    if form.is_bound and form.is_valid():
        themes = list_themes()
        lines = [
            tableaux.make_known(known, themes, champ, value)
            for champ, value in form.read_changes(shown).items()
        ]
        if done := _propose(request, form, lines):
            return redirect(done[0] if len(done) == 1 else "complements:lignes")
    context = CADRE | {"connu": known, "form": form, "lignes": queries.list_du_lieu(known.lieu.id)}
    context |= {"champs": [(name, known.base[name], known.vu[name]) for name in CHAMPS if known.vu[name]]}
    return render(request, "complements/lieu.html", context, status=422 if form.is_bound else 200)


@login_required
@get_and_post
@never_cache
@require_proposer
@avec_atlas
def ajouter(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """A place that no list has: by its commune, by an address one looks for, or by a point of the map."""
    lon, lat = read_float(request.GET.get("lon")), read_float(request.GET.get("lat"))
    here = find_code(atlas, "commune", lon, lat) if lon is not None and lat is not None else None
    begun = {f"dit_{POSITION}": write_position(lon, lat), "commune": here} if here else {}
    names = {one.code: one.nom for one in atlas.territoires("commune")}
    data = request.POST if request.method == "POST" else None
    form = forms.FormulaireAjout(data, personne=request.user, communes=names, initial=begun)
    if form.is_bound and form.is_valid() and (done := _add(request, atlas, form)):
        return redirect(done[0] if len(done) == 1 else "complements:lignes")
    context = CADRE | {"form": form, "adresses": adresses.actives(), **_search_address(request, atlas)}
    return render(request, "complements/ajouter.html", context, status=422 if form.is_bound else 200)


def _add(request: HttpRequest, atlas: AtlasOuvert, form: forms.FormulaireAjout) -> list[ComplementPropose]:
    """The lines of a place to add; refused when the commune has one of this type and name."""
    told = form.cleaned_data
    near = [one for one in list_near(atlas, told["type_lieu"], told["commune"]) if one.nom == told["nom"]]
    if near:
        form.add_error("nom", "L’atlas a déjà ce lieu : cherchez-le, puis corrigez-le.")
        return []
    site = tableaux.SiteDit(None, commands.make_ajout(), told["commune"])
    quoi, themes = (told["type_lieu"], told["nom"]), list_themes()
    said = {AJOUT: told["commune"], **form.dits}
    lines = [tableaux.make_added(atlas, themes, site, quoi, champ, value) for champ, value in said.items()]
    return _propose(request, form, lines)


def _search_address(request: HttpRequest, atlas: AtlasOuvert) -> dict[str, Any]:
    """The addresses that answer a few words, each a way to begin the form."""
    text = request.GET.get("adresse", "").strip()[:200]
    if not text or not adresses.actives():
        return {"adresse": text}
    try:
        return {"adresse": text, "trouvees": adresses.search(atlas, text)}
    except adresses.AdressesIndisponiblesError as error:
        return {"adresse": text, "panne": str(error)}


def _propose(
    request: HttpRequest, form: forms.FormulaireSource, lines: list[commands.ChampDit]
) -> list[ComplementPropose]:
    """Propose the lines of a form; what is refused is said in it."""
    try:
        rows = commands.propose(request.user, lines, form.read_attestation())
    except ValidationError as error:
        form.add_error(None, error.messages)
        return []
    said = "lignes proposées" if len(rows) > 1 else "ligne proposée"
    messages.success(request, f"{len(rows)} {said}. Vous serez prévenu de ce qui en est décidé.", "succes")
    return rows


@login_required
@get_and_post
@never_cache
@require_proposer
@avec_atlas
def fichier(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """Give a table: it is read, tried on the atlas and shown before anything is proposed."""
    data = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = forms.FormulaireTableau(*data, personne=request.user)
    faults: list[str] = []
    if form.is_bound and form.is_valid():
        try:
            essai = tableaux.read_upload(atlas, list_themes(), form.cleaned_data["fichier"])
        except EntreeInvalide as error:
            form.add_error("fichier", error.message)
            faults = [str(fault) for fault in error.fautes]
        else:
            attestation = form.read_attestation()
            request.session[ESSAI] = {
                "essai": tableaux.dump(essai),
                "organisation": attestation.organisation.pk,
                "source": attestation.source,
                "lien": attestation.lien,
                "verifie_le": attestation.verifie_le.isoformat(),
            }
            return redirect("complements:essai")
    context = CADRE | {"form": form, "fautes": faults, "types": list_types(atlas)}
    return render(request, "complements/fichier.html", context, status=422 if form.is_bound else 200)


@login_required
@get_and_post
@never_cache
@require_proposer
def essai(request: HttpRequest) -> HttpResponse:
    """What the table would propose, line by line; then send it, or leave it."""
    held = request.session.get(ESSAI)
    if held is None:
        return redirect("complements:fichier")
    found = tableaux.load(held["essai"])
    if request.method == "POST":
        if request.POST.get("acte") == "laisser":
            del request.session[ESSAI]
            return redirect("complements:fichier")
        source = {name: held[name] for name in ("source", "lien", "verifie_le", "organisation")}
        form = forms.FormulaireSource(source, personne=request.user)
        if form.is_valid() and _propose(request, form, list(found.lignes)):
            del request.session[ESSAI]
            return redirect("complements:lignes")
        for text in form.errors.get("__all__", ["Votre mandat a changé : recommencez."]):
            messages.error(request, text, "erreur")
    return render(request, "complements/essai.html", CADRE | {"essai": found, "attestation": held})


@login_required
@require_GET
@require_proposer
@avec_atlas
def modele(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """The table to fill in for the places of a type."""
    kind = request.GET.get("type", "")[:60]
    if kind not in list_types(atlas):
        raise Http404("Choisissez un type dont les lieux sont connus un par un.")
    try:
        body = make_model(atlas.tables, kind)
    except EntreeInvalide as error:
        raise Http404(error.message) from error
    headers = {"Content-Disposition": f'attachment; filename="capacites-{kind}.csv"'}
    return HttpResponse(body, content_type="text/csv; charset=utf-8", headers=headers)


@login_required
@require_POST
def reprendre(request: HttpRequest, cle: str) -> HttpResponse:
    """Change one's own line, or answer what was asked."""
    row = get_lisible(request.user, ComplementPropose.SORTE, cle)
    version, form = read_number(request, "version"), forms.FormulaireReprise(request.POST)
    if not form.is_valid():
        for name, texts in form.errors.items():
            messages.error(request, f"{form.fields[name].label} : {' '.join(texts)}", "erreur")
        return redirect(row)
    told = dict(form.cleaned_data)
    done = "Votre ligne attend d’être relue."
    return write(request, lambda: commands.take_up(request.user, row, version, told), done, row)


@login_required
@require_POST
def retirer(request: HttpRequest, cle: str) -> HttpResponse:
    """Take back one's own line."""
    row = get_lisible(request.user, ComplementPropose.SORTE, cle)
    version = read_number(request, "version")
    return write(
        request, lambda: commands.withdraw(request.user, row, version), "Votre ligne est retirée.", row
    )
