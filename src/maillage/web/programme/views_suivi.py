"""Pages of the work around the programme: indicators, AFOM, comments, amendments, my tasks, exports."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from maillage.reports.classeur import write_sheets
from maillage.reports.ecrire_docx import write_docx
from maillage.reports.ecrire_pdf import write_pdf
from maillage.reports.programme_document import make_fiche, make_programme
from maillage.sdaasp.amendements import TRANSITIONS
from maillage.sdaasp.classeur import make_sheets
from maillage.sdaasp.echange import export_programme
from maillage.sdaasp.programme import Programme
from maillage.sdaasp.vocabulaire import EtatAmendement, NatureAfom, get_libelle
from maillage.web.programme import commands, forms, models, queries
from maillage.web.programme.adresses import get_adresse
from maillage.web.programme.conversion import name_field

get_and_post = require_http_methods(["GET", "POST"])
TEXTES = {"fiche": ("titre", "texte_falc", "pilote"), "objectif": ("libelle",), "declinaison": ("libelle",)}


@get_and_post
def indicateur(request: HttpRequest, cle: str) -> HttpResponse:
    """One indicator: its targets, its values, and how to propose one."""
    row = get_object_or_404(models.IndicateurSuivi.objects.prefetch_related("cibles", "valeurs"), cle=cle)
    kind = request.POST.get("sorte")
    target = forms.FormulaireCible(request.POST if kind == "cible" else None, prefix="cible")
    value = forms.FormulaireValeur(request.POST if kind == "valeur" else None, prefix="valeur")
    if request.method == "POST" and _write_measure(request, row, kind, target if kind == "cible" else value):
        return redirect("programme:indicateur", cle)
    context = {
        "section": "programme",
        "noms": queries.get_noms(),
        "objet": row,
        "sur": queries.find_objet(row.objet),
        "cible": target,
        "valeur": value,
        "peut_modifier": request.user.has_perm("programme.modifier_indicateur", row),
        "peut_proposer": request.user.has_perm("programme.proposer_valeur", row),
        "peut_valider": request.user.has_perm("programme.valider_valeur", row),
    }
    return render(request, "programme/indicateur.html", context)


def _write_measure(request: HttpRequest, row: models.IndicateurSuivi, kind: str | None, form: Any) -> bool:
    if not form.is_valid():
        return False
    data = form.cleaned_data
    try:
        if kind == "cible":
            commands.fixer_cible(request.user, row, data["annee"], data["valeur"], data["texte"])
        else:
            fields = data | {"texte": data["texte"] or None, "groupe": data["groupe"] or None}
            commands.proposer_valeur(request.user, row, fields)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    messages.success(request, "C’est enregistré.", "succes")
    return True


@login_required
@require_POST
def remplir(request: HttpRequest) -> HttpResponse:
    """Propose, for each indicator bound to the atlas, the value that this atlas gives."""
    atlas = request.atlas  # type: ignore[attr-defined]
    if atlas is None:
        raise Http404("Aucun atlas n’est ouvert.")
    bound = (
        models.IndicateurSuivi.objects.exclude(indicateur_atlas=None).exclude(niveau=None).exclude(code=None)
    )
    cited = {row.cle: queries.cite(atlas, row.niveau, row.code, row.indicateur_atlas) for row in bound}
    known = {key: figure for key, figure in cited.items() if figure is not None}
    count = commands.remplir_depuis_atlas(request.user, known, timezone.localdate())
    text = f"{count} valeurs proposées par l’atlas {atlas.id} ; il reste à les valider."
    messages.success(request, text, "succes")
    return redirect("programme:indicateurs")


@login_required
@require_POST
def valider_valeur(request: HttpRequest, valeur_id: int) -> HttpResponse:
    """Validate a proposed value."""
    row = get_object_or_404(models.Valeur.objects.select_related("indicateur"), pk=valeur_id)
    try:
        commands.valider_valeur(request.user, row, request.POST.get("motif", ""))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages), "erreur")
    else:
        messages.success(request, "La valeur est validée.", "succes")
    return redirect("programme:indicateur", row.indicateur.cle)


@login_required
@get_and_post
def nouvel_indicateur(request: HttpRequest, sorte: str, cle: str) -> HttpResponse:
    """A new indicator for an object."""
    objet = queries.get_objet(sorte, cle)
    if not request.user.has_perm("programme.modifier_indicateur", objet):
        raise PermissionDenied
    form = forms.FormulaireIndicateur(request.POST or None)
    if request.method == "POST" and form.is_valid():
        row = commands.creer_indicateur(request.user, objet, form.read_fields())
        messages.success(request, "L’indicateur est créé : donnez-lui une cible.", "succes")
        return redirect("programme:indicateur", row.cle)
    context = {"section": "programme", "noms": queries.get_noms(), "objet": objet, "form": form}
    return render(request, "programme/nouvel_indicateur.html", context)


@get_and_post
def afom(request: HttpRequest) -> HttpResponse:
    """The AFOM matrix of an arrondissement for a theme."""
    noms = queries.get_noms()
    place = request.GET.get("arrondissement", "") or next(iter(noms.arrondissements))
    theme = request.GET.get("theme", "") or next(iter(noms.themes))
    draft = models.ItemAfom(arrondissement=place, theme=theme)
    atlas = request.atlas  # type: ignore[attr-defined]
    known = {t.code for t in atlas.territoires("arrondissement")} if atlas else set()
    if theme not in noms.themes or place not in known.union(noms.arrondissements):
        raise Http404("Ce thème ou cet arrondissement n’est pas dans le schéma.")
    figures = queries.list_chiffres(atlas, "arrondissement", place)
    names = {key: atlas.definition(key).nom for key in figures}
    form = forms.FormulaireAfom(request.POST or None, chiffres=figures, noms=names)
    if request.method == "POST" and form.is_valid():
        commands.ajouter_item(request.user, form.read_fields() | {"arrondissement": place, "theme": theme})
        return redirect(get_adresse(draft))
    items = list(queries.list_afom(place, theme))
    context = {
        "section": "programme",
        "noms": noms,
        "arrondissement": place,
        "theme": theme,
        "form": form,
        "cases": [(get_libelle(nature), [i for i in items if i.nature == nature]) for nature in NatureAfom],
        "peut_contribuer": request.user.has_perm("programme.contribuer_afom", draft),
    }
    return render(request, "programme/afom.html", context)


@login_required
@require_POST
def voter(request: HttpRequest, cle: str) -> HttpResponse:
    """Give or take back one's voice."""
    item = get_object_or_404(models.ItemAfom, cle=cle)
    commands.voter(request.user, item)
    return redirect(get_adresse(item))


@login_required
@require_POST
def commenter(request: HttpRequest, sorte: str, cle: str) -> HttpResponse:
    """Say something about an object."""
    objet = queries.get_objet(sorte, cle)
    try:
        commands.commenter(request.user, objet, request.POST.get("texte", ""))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages), "erreur")
    return redirect(f"{get_adresse(objet)}#discussion")


@login_required
@require_POST
def suivre(request: HttpRequest, sorte: str, cle: str) -> HttpResponse:
    """Follow an object, or stop."""
    objet = queries.get_objet(sorte, cle)
    commands.suivre(request.user, objet, oui=request.POST.get("oui") == "1")
    return redirect(get_adresse(objet))


@login_required
@never_cache
def taches(request: HttpRequest) -> HttpResponse:
    """What waits for me."""
    context = {
        "section": "programme",
        "noms": queries.get_noms(),
        **queries.list_taches(request.user, timezone.localdate()),
    }
    return render(request, "programme/taches.html", context)


@login_required
@get_and_post
def proposer(request: HttpRequest, sorte: str, cle: str, champ: str) -> HttpResponse:
    """Propose to change one text."""
    objet = queries.get_objet(sorte, cle)
    if champ not in TEXTES.get(sorte, ()):
        raise Http404("Ce champ ne se propose pas par un texte.")
    form = forms.FormulaireAmendement(request.POST or None, initial={"apres": getattr(objet, champ)})
    if request.method == "POST" and form.is_valid():
        try:
            data = form.cleaned_data
            commands.proposer_amendement(request.user, objet, champ, data["apres"], data["motif"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(
                request, "Votre proposition est transmise ; vous en verrez la réponse ici.", "succes"
            )
            return redirect(get_adresse(objet))
    context = {
        "section": "programme",
        "noms": queries.get_noms(),
        "objet": objet,
        "champ": name_field(type(objet), champ),
        "form": form,
    }
    return render(request, "programme/proposer.html", context)


@login_required
@get_and_post
def amendements(request: HttpRequest) -> HttpResponse:
    """Every amendment; those who decide move them from here."""
    if request.method == "POST":
        row = get_object_or_404(models.Amendement, pk=request.POST.get("amendement"))
        try:
            state = EtatAmendement(request.POST.get("etat", ""))
            commands.instruire_amendement(request.user, row, state, request.POST.get("reponse", ""))
        except (ValidationError, ValueError) as error:
            messages.error(
                request, " ".join(getattr(error, "messages", ["Cet état n’existe pas."])), "erreur"
            )
        return redirect("programme:amendements")
    rows = list(queries.list_amendements()[:200])
    decide = request.user.has_perm("programme.instruire_amendement")
    context = {
        "section": "programme",
        "noms": queries.get_noms(),
        "amendements": [(row, _list_next(row, request.user, decide=decide)) for row in rows],
    }
    return render(request, "programme/amendements.html", context)


def _list_next(row: models.Amendement, user: Any, *, decide: bool) -> list[tuple[str, str]]:
    states = sorted(TRANSITIONS[EtatAmendement(row.etat)])
    allowed = [s for s in states if decide or (s is EtatAmendement.RETIRE and row.auteur_id == user.pk)]
    return [(state.value, get_libelle(state)) for state in allowed]


@require_GET
def exporter(request: HttpRequest, forme: str) -> HttpResponse:
    """The whole programme, or one fiche, as a document, a workbook or data."""
    programme, fiche = queries.read_programme(), request.GET.get("fiche", "")
    known = {row.cle for row in programme.fiches}
    if forme not in FORMES or (fiche and (fiche not in known or forme not in ("docx", "pdf"))):
        raise Http404(
            "Ce document n’existe pas : .docx, .pdf, .ods, .xlsx ou .json ; une fiche en .docx ou .pdf."
        )
    name = f"{fiche or programme.schema.cle}.{forme}"
    answer = HttpResponse(_make(programme, forme, fiche), content_type=FORMES[forme])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


FORMES = {
    "json": "application/json",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _make(programme: Programme, forme: str, fiche: str) -> bytes:
    if forme == "json":
        return json.dumps(export_programme(programme), ensure_ascii=False, indent=2).encode()
    if forme == "pdf":
        return write_pdf(make_fiche(programme, fiche) if fiche else make_programme(programme))
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"programme.{forme}"
        if forme == "docx":
            write_docx(make_fiche(programme, fiche) if fiche else make_programme(programme), path)
        else:
            write_sheets(make_sheets(programme), path)
        return path.read_bytes()
