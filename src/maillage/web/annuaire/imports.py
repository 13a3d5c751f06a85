"""Files brought in the directory from a page: read, compared, written, undone; tables described by name."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from maillage.catalogue.annuaire import list_formats
from maillage.catalogue.departements import list_departements
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.reports.ecrire.classeur import write_sheets
from maillage.sdaasp.programme.classeur import Feuille
from maillage.sources.annuaire.tableur import list_cibles, make_correspondance
from maillage.web.annuaire import commands, queries, versions
from maillage.web.annuaire.lecture import GENRE, open_lecture
from maillage.web.annuaire.models import CorrespondanceGardee, ImportAnnuaire
from maillage.web.socle import magasin
from maillage.web.socle.commands import request_travail
from maillage.web.socle.decorateurs import for_one_reader
from maillage.web.socle.demande import get_and_post
from maillage.web.socle.depot import DepotField
from maillage.web.socle.ecriture import as_validation
from maillage.web.socle.queries import get_travail_par_jeton

SECTION: Final = "annuaire"
FORMATS: Final = (".json", ".csv", ".ods", ".xlsx")
PAR_PAGE, MONTREES = 30, 100
ODS: Final = "application/vnd.oasis.opendocument.spreadsheet"


class FormulaireImport(forms.Form):
    """The file, and what is known of it."""

    fichier = DepotField(label="Fichier", formats=FORMATS, help_text="JSON, CSV, ODS ou XLSX, 10 Mo au plus.")
    format = forms.ChoiceField(label="Format", required=False)
    correspondance = forms.ModelChoiceField(
        CorrespondanceGardee.objects.all(), label="Vos colonnes", required=False,
        empty_label="Celles du modèle",
        help_text="Pour un tableau à vous : la correspondance gardée sous un nom.",
    )  # fmt: skip
    departement = forms.ChoiceField(label="Ne garder que", required=False)
    partiel = forms.BooleanField(
        label="Ce fichier n’est qu’une partie de sa liste", required=False,
        help_text="Aucune fiche n’est alors marquée disparue.",
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        known = [(one.id, one.nom) for one in list_formats().values()]
        self.fields["format"].choices = [("", "Le reconnaître"), *known]  # type: ignore[attr-defined]
        places = [(code, f"{nom} ({code})") for code, nom in list_departements().items()]
        self.fields["departement"].choices = [("", "Tous les départements"), *places]  # type: ignore[attr-defined]


class FormulaireCorrespondance(forms.Form):
    """Which columns are which fields, one a line."""

    nom = forms.CharField(label="Nom de ce tableau", max_length=120)
    source = forms.SlugField(
        label="Nom court de la source",
        max_length=100,
        help_text="Sans espace ni accent : « departement-59 ».",
    )
    licence = forms.CharField(label="Licence", max_length=200, required=False)
    colonnes = forms.CharField(
        label="Colonnes", widget=forms.Textarea({"rows": 8}), max_length=10_000,
        help_text="Une par ligne : Organisme = structure.nom. Les champs sont ceux du modèle.",
    )  # fmt: skip
    constantes = forms.CharField(
        label="Ce que toutes les lignes disent", widget=forms.Textarea({"rows": 3}), required=False,
        max_length=5_000, help_text="Une par ligne : service.frais = gratuit.",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """What a file of correspondence would say; every field that does not exist is told."""
        told = super().clean() or {}
        if self.errors:
            return told
        content = {
            "nom": told["nom"],
            "source": told["source"],
            "licence": told["licence"] or None,
            "colonnes": read_pairs(told["colonnes"], "colonnes"),
            "constantes": read_pairs(told["constantes"], "constantes"),
        }
        with as_validation():
            make_correspondance(content, told["nom"])
        return told | {"contenu": content}


def read_pairs(text: str, name: str) -> dict[str, str]:
    """Lines « one = other » as pairs.

    >>> read_pairs("Organisme = structure.nom", "colonnes")
    {'Organisme': 'structure.nom'}

    Raises:
        ValidationError: lines that have no « = », all of them.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if wrong := [line for line in lines if "=" not in line]:
        raise ValidationError({name: [f"« {line} » : il manque le signe « = »." for line in wrong]})
    pairs = (line.rsplit("=", 1) for line in lines)
    return {one.strip(): other.strip() for one, other in pairs}


def _check(request: HttpRequest) -> None:
    if not request.user.has_perm(commands.IMPORTER):
        raise PermissionDenied(commands.IMPORTER)


@login_required
@require_GET
@never_cache
def imports(request: HttpRequest) -> HttpResponse:
    """Every import, newest first, and what each source gives."""
    _check(request)
    page = Paginator(queries.list_imports(), PAR_PAGE).get_page(request.GET.get("page"))
    context = {
        "section": SECTION,
        "page": page,
        "sources": queries.count_sources(),
        "formats": {one.id: one.nom for one in list_formats().values()},
    }
    return render(request, "annuaire/imports.html", context)


@login_required
@require_GET
@never_cache
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One import: what it changed, record by record, before and after."""
    _check(request)
    row = get_object_or_404(queries.list_imports(), pk=pk)
    page, fiches = versions.list_imported(row, request.GET.get("page"))
    context = {"section": SECTION, "importe": row, "page": page, "fiches": fiches}
    return render(request, "annuaire/import.html", context)


@login_required
@require_POST
def defaire(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo an import."""
    row = get_object_or_404(ImportAnnuaire, pk=pk)
    try:
        commands.undo_import(request.user, row)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages), "erreur")
    else:
        messages.success(request, "L’import est défait : l’annuaire est comme avant lui.", "succes")
    return redirect("annuaire:import", pk)


@login_required
@get_and_post
@never_cache
def importer(request: HttpRequest) -> HttpResponse:
    """Give a file: it is read apart, then shown before anything is written."""
    _check(request)
    form = FormulaireImport(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        upload, table = told["fichier"], told["correspondance"]
        try:
            empreinte = magasin.put(settings.MAILLAGE_FICHIERS, upload.read())
        except EntreeInvalide as error:
            form.add_error("fichier", [error.message, *map(str, error.fautes)])
        else:
            asked = {
                "empreinte": empreinte,
                "nom": upload.name[:200],
                "format": "tableur" if table else told["format"],
                "departement": told["departement"],
                "entier": not told["partiel"],
                "correspondance": table.contenu if table else None,
            }
            return redirect(request_travail(request.user, GENRE, f"Lire {upload.name}"[:200], asked))
    tables = CorrespondanceGardee.objects.select_related("auteur")
    context = {"section": SECTION, "form": form, "tableaux": tables}
    return render(request, "annuaire/importer.html", context, status=422 if form.is_bound else 200)


@login_required
@get_and_post
@for_one_reader
def essai(request: HttpRequest, jeton: str) -> HttpResponse:
    """What writing a file would change; then write it."""
    _check(request)
    work = get_travail_par_jeton(jeton)
    if work.genre != GENRE:
        raise Http404("Ce travail n’est pas la lecture d’un annuaire.")
    context: dict[str, Any] = {"section": SECTION, "travail": work}
    try:
        lu, told = open_lecture(work)
    except FileNotFoundError:
        return render(request, "annuaire/essai.html", context)
    if request.method == "POST":
        row, _ = commands.import_annuaire(request.user, lu)
        messages.success(request, "Le fichier est écrit dans l’annuaire.", "succes")
        return redirect("annuaire:import", row.pk)
    found = commands.try_import(lu)
    names = {key: one.nom for key, one in commands.list_given(lu.annuaire)}
    context |= {
        "lu": lu,
        "dit": told,
        "trouve": found,
        "format": list_formats().get(lu.format),
        "changees": [(names[key], fields) for key, fields in list(found.changees.items())[:MONTREES]],
        "nouvelles": [names[key] for key in found.nouvelles[:MONTREES]],
        "disparues": [ident for _, ident in found.disparues[:MONTREES]],
        "doutes": list(told["incertain"]["fiches"].items())[:MONTREES],
    }
    return render(request, "annuaire/essai.html", context)


@login_required
@require_GET
def modele(request: HttpRequest) -> HttpResponse:
    """The template of a table to be filled."""
    _check(request)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "annuaire.ods"
        write_sheets([Feuille("annuaire", list_cibles(), ())], path, "Modèle d’annuaire")
        body = path.read_bytes()
    headers = {"Content-Disposition": 'attachment; filename="annuaire.ods"'}
    return HttpResponse(body, content_type=ODS, headers=headers)


@login_required
@get_and_post
@never_cache
def correspondance(request: HttpRequest) -> HttpResponse:
    """Describe a table once, under a name; the same name describes it anew."""
    _check(request)
    form = FormulaireCorrespondance(request.POST or None)
    if request.method == "POST" and form.is_valid():
        commands.keep_correspondance(request.user, form.cleaned_data["nom"], form.cleaned_data["contenu"])
        messages.success(request, "Ce tableau est décrit : choisissez-le avec le fichier.", "succes")
        return redirect("annuaire:importer")
    context = {"section": SECTION, "form": form, "cibles": list_cibles()}
    return render(request, "annuaire/correspondance.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def oublier(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget how a table is described."""
    commands.forget_correspondance(request.user, get_object_or_404(CorrespondanceGardee, pk=pk))
    messages.success(request, "Cette correspondance est retirée.", "succes")
    return redirect("annuaire:importer")
