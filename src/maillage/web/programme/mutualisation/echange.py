"""The plan and the inventory carried away; an inventory brought back."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.tableurs import neutraliser
from maillage.francais import accord
from maillage.reports.ecrire.classeur import write_sheets
from maillage.reports.ecrire.formes import MIMES, write_document
from maillage.reports.programme.carte import draw_reach
from maillage.reports.programme.mutualisation import make_plan
from maillage.reports.rendu.blocs import Carte
from maillage.reports.rendu.formes import formes
from maillage.sdaasp.completude.loi import Completude
from maillage.sdaasp.programme.classeur import Feuille, make_sheets
from maillage.sdaasp.programme.modele import Programme
from maillage.sdaasp.programme.mutualisations import Mutualisation
from maillage.sdaasp.reprise.classeur_lecture import read_collection
from maillage.sdaasp.reprise.fusion import merge
from maillage.sources.tableau import read_table
from maillage.web.programme.couverture.queries import read_completude
from maillage.web.programme.lecture import read_programme, read_version
from maillage.web.programme.mutualisation.forms import FormulaireInventaire
from maillage.web.programme.noms import get_noms
from maillage.web.programme.public.edition import read_edition
from maillage.web.programme.reprise.commands import complete
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.socle.demande import get_and_post
from maillage.web.socle.documents import carry, serve_once

DOCUMENT, TABLES = ("pdf", "docx", "ods"), ("ods", "xlsx", "csv")
MIMES_TABLE = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MONTREES = 20
CONTOURS_SIMULES = "Jeu d’essai : les contours de cette carte sont simulés."


@require_GET
def plan(request: HttpRequest, forme: str) -> HttpResponse:
    """The plan de développement de la mutualisation, as a document."""
    if forme not in DOCUMENT:
        raise Http404("Ce document n’existe pas : .pdf, .docx ou .ods.")
    programme, atlas, today = read_programme(), request.atlas, timezone.localdate()  # type: ignore[attr-defined]
    state = (read_version(), atlas.empreinte if atlas else "", "mutualisation", forme, today)

    def write(path: Path) -> None:
        law = read_completude(programme, atlas)
        carte = draw_plan(programme, law, atlas) if atlas else None
        write_document(make_plan(programme, law, read_edition(today), carte), path)

    return serve_once(request, state, f"plan-mutualisation.{forme}", MIMES[f".{forme}"], write)


def draw_plan(programme: Programme, law: Completude, atlas: AtlasOuvert) -> Carte | None:
    """The map of the plan on the arrondissements of an atlas; null where it does not know them all."""
    mesh = "arrondissement"
    shapes = atlas.garder(("formes", mesh), lambda: formes(atlas.contours(mesh)))
    people = {t.code: t.population for t in atlas.territoires(mesh)}
    return draw_reach(programme, law, shapes, people, CONTOURS_SIMULES if atlas.jeu_essai else "")


@require_GET
def inventaire(request: HttpRequest, forme: str) -> HttpResponse:
    """The register as one table, that can be filled in and brought back."""
    if forme not in TABLES:
        raise Http404("Ce tableau n’existe pas : .ods, .xlsx ou .csv.")
    programme = read_programme()
    sheet = next(s for s in make_sheets(programme) if s.nom == "mutualisations")
    name, mime = f"mutualisations.{forme}", MIMES_TABLE.get(forme) or MIMES[".ods"]
    if forme == "csv":
        return carry(write_csv(sheet), mime, name)

    def write(path: Path) -> None:
        write_sheets([sheet], path, "Mutualisations", ", ".join(programme.schema.pilotes) or "Maillage")

    return serve_once(request, (read_version(), "mutualisations", forme), name, mime, write)


def write_csv(sheet: Feuille) -> bytes:
    """A sheet as text: semicolons and a mark, as French spreadsheets open it; no cell is a formula."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow(sheet.colonnes)
    for row in sheet.lignes:
        writer.writerow(neutraliser(cell) if isinstance(cell, str) else cell for cell in row)
    return stream.getvalue().encode("utf-8-sig")


@login_required
@get_and_post
@never_cache
def importer(request: HttpRequest) -> HttpResponse:
    """Bring a table of sharings: every fault at once, or what is new; nothing is overwritten."""
    if not request.user.has_perm("programme.importer"):
        raise PermissionDenied
    posted = request.method == "POST"
    form = FormulaireInventaire(request.POST if posted else None, request.FILES if posted else None)
    if form.is_bound and form.is_valid():
        try:
            said = _take(request.user, form.cleaned_data["fichier"])
        except EntreeInvalide as error:
            form.add_error("fichier", [error.message, *map(str, error.fautes)])
        else:
            messages.success(request, said, "succes")
            return redirect("programme:mutualisation")
    context = {"section": "programme", "noms": get_noms(), "form": form}
    return render(request, "programme/mutualisation/importer.html", context)


def _take(auteur: Any, upload: Any) -> str:
    """Write what the file holds; what was done, and what it says otherwise and was left, in words."""
    programme = read_programme()
    items: tuple[Mutualisation, ...] = read_collection(_read(upload), "mutualisations", programme)
    brought = Programme(schema=programme.schema, mutualisations=items)
    left = merge(programme, brought).desaccords
    done = complete(auteur, brought)
    said = f"{accord(done, 'mutualisation écrite ou complétée', 'mutualisations écrites ou complétées')}."
    if not left:
        return said
    names = ", ".join(f"{one.cle} ({one.champ})" for one in left[:MONTREES])
    return f"{said} Dit autrement dans le fichier, et laissé comme ici : {names}."


def _read(upload: Any) -> tuple[Feuille, ...]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"inventaire{Path(upload.name).suffix.lower()}"
        path.write_bytes(upload.read())
        return read_table(path)
