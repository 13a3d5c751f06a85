"""The import screen: give a file, answer its questions, see what would change, then write."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from maillage.catalogue.departements import list_departements
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.francais import accord
from maillage.sdaasp.programme.echange import export_programme, parse_programme, read_programme, to_plain
from maillage.sdaasp.programme.modele import Programme
from maillage.sdaasp.programme.structure import iter_items
from maillage.sdaasp.reprise.classeur_lecture import read_sheets
from maillage.sdaasp.reprise.dossier import Question
from maillage.sdaasp.reprise.fusion import Fusion, merge
from maillage.sdaasp.reprise.proposition import propose
from maillage.sdaasp.reprise.tables_lues import DocumentLu
from maillage.sources.classeur import read_workbook
from maillage.sources.sdaasp_texte import read_cell, read_tables
from maillage.web.programme import models
from maillage.web.programme.lecture import read
from maillage.web.programme.noms import Noms, get_noms
from maillage.web.programme.reprise import commands
from maillage.web.programme.reprise.forms import FormulaireFichier, FormulaireQuestions
from maillage.web.socle.atlas import find_departement

CELLULES = 8
LIGNES = 4
CLE = "import_programme"


@login_required
@require_http_methods(["GET", "POST"])
@never_cache
def import_programme(request: HttpRequest) -> HttpResponse:
    """Read a file, then show it; what was read waits in the session until it is confirmed or given up."""
    if not request.user.has_perm("programme.importer"):
        raise PermissionDenied
    step = request.POST.get("etape", "")
    if step == "abandonner":
        request.session.pop(CLE, None)
        return redirect("programme:importer")
    waiting = request.session.get(CLE)
    if step == "ecrire" and waiting:
        return _write(request, waiting)
    form = FormulaireFichier(request.POST if step == "fichier" else None, request.FILES or None)
    if step == "fichier" and form.is_valid():
        try:
            found = _read(form.cleaned_data["fichier"])
            _check(request, found)
            commands.rehearse(request.user, _get_programme(found))
        except EntreeInvalide as error:
            form.add_error("fichier", [error.message, *map(str, error.fautes)])
            waiting = None
        else:
            waiting = request.session[CLE] = found
    context: dict[str, Any] = {"section": "programme", "noms": _find_noms(), "form": form}
    return render(
        request,
        "programme/reprise/importer.html",
        context | (_preview(request, waiting, step) if waiting else {}),
    )


def _find_noms() -> Noms | None:
    """The names of the schema; none before it begins."""
    return get_noms() if models.Referentiel.objects.exists() else None


def _check(request: HttpRequest, found: Mapping[str, Any]) -> None:
    """Where no schema has begun: a text cannot be placed, and another département's schema is refused."""
    if _find_noms() is not None:
        return
    if "texte" in found:
        raise EntreeInvalide("Commencez d’abord le schéma : un texte publié se lit sur ses thèmes.")
    here, theirs = find_departement(request), _get_programme(found).schema.departement
    if theirs != here:
        names = list_departements()
        raise EntreeInvalide(
            f"Ce schéma est celui d’un autre département ({names.get(theirs, theirs)}) : cette installation "
            f"est celle du département {here}, {names[here]}."
        )


def _read(upload: Any) -> dict[str, Any]:
    """What waits in the session: the text and its decisions, or the programme in the exchange format."""
    suffix = Path(upload.name).suffix.lower()
    if suffix == ".txt":
        text = upload.read().decode("utf-8", "replace")
        if not read_tables(text):
            raise EntreeInvalide("Aucun tableau de schéma n’a été trouvé dans ce texte.")
        return {"texte": text, "decisions": {}}
    if suffix == ".json":
        return {"programme": export_programme(parse_programme(upload.read()))}
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"classeur{suffix}"
        path.write_bytes(upload.read())
        return {"programme": export_programme(read_sheets(read_workbook(path)))}


def _preview(request: HttpRequest, waiting: Mapping[str, Any], step: str) -> dict[str, Any]:
    if _find_noms() is None:
        whole = _get_programme(waiting)
        return {"en_attente": True, "objets": sum(1 for _ in iter_items(whole)), "repris": 0, "entier": whole}
    base = read()
    context: dict[str, Any] = {}
    if "texte" in waiting:
        proposal = propose(_read_text(waiting), base, waiting["decisions"])
        questions = FormulaireQuestions(
            request.POST if step == "questions" else None, questions=proposal.en_attente
        )
        if step == "questions" and questions.is_valid():
            waiting["decisions"].update(questions.read_decisions())
            request.session.modified = True
            proposal = propose(_read_text(waiting), base, waiting["decisions"])
            questions = FormulaireQuestions(None, questions=proposal.en_attente)
        document = _read_text(waiting)
        context = {
            "questions": questions,
            "nombre_questions": len(proposal.en_attente),
            "doutes": [
                (
                    questions[name],
                    question,
                    _quote(document, question),
                    _list_read(proposal.complet, question),
                )
                for name, question in zip(questions.ids, proposal.en_attente, strict=True)
            ],
        }
        merged = merge(base, proposal.programme)
    else:
        merged = merge(base, read_programme(waiting["programme"]))
    return context | _count(merged)


def _read_text(waiting: Mapping[str, Any]) -> DocumentLu:
    return DocumentLu(waiting["texte"], read_tables(waiting["texte"]))


def _quote(document: DocumentLu, question: Question) -> list[tuple[int, list[str]]]:
    """(line number, its cells without tags) of the first lines of the text behind a question."""
    lines = document.texte.splitlines()
    cells = {n: [read_cell(cell).texte for cell in lines[n - 1].split("\t")] for n in question.toutes_lignes}
    return list(cells.items())[:LIGNES]


def _list_read(programme: Programme, question: Question) -> list[tuple[str, str, Any]]:
    """(object, field, value as read) of the first cells that hang on a question."""
    held = {(name, key): item for name, key, item in iter_items(programme)}
    known = [(c, held[c.collection, c.cle]) for c in question.cellules if (c.collection, c.cle) in held]
    return [
        (str(getattr(item, "libelle", None) or getattr(item, "titre", None) or cell.cle), cell.champ,
         to_plain(getattr(item, cell.champ)))
        for cell, item in known[:CELLULES]
    ]  # fmt: skip


def _count(merged: Fusion) -> dict[str, Any]:
    return {
        "en_attente": True,
        "objets": merged.objets,
        "repris": len(merged.repris),
        "desaccords": merged.desaccords[:100],
    }


def _write(request: HttpRequest, waiting: Mapping[str, Any]) -> HttpResponse:
    try:
        touched = commands.take(request.user, _get_programme(waiting))
    except EntreeInvalide as error:
        messages.error(request, " ".join([error.message, *map(str, error.fautes)]), "erreur")
        return redirect("programme:importer")
    del request.session[CLE]
    words = accord(touched, "objet complété", "objets complétés")
    messages.success(request, f"{words} ; rien de ce qui était écrit n’a changé.", "succes")
    return redirect("programme:accueil")


def _get_programme(waiting: Mapping[str, Any]) -> Programme:
    if "texte" in waiting:
        return propose(_read_text(waiting), read(), waiting["decisions"]).programme
    return read_programme(waiting["programme"])
