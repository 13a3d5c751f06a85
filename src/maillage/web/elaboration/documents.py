"""What one carries away: synthesis, letters, sheets, a table of paroles; and a table brought back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.francais import accord
from maillage.reports.ecrire.classeur import write_sheets
from maillage.reports.ecrire.formes import MIMES, write_document
from maillage.reports.elaboration.evenement import EvenementEcrit, make_emargement, make_invitation
from maillage.reports.elaboration.synthese import AboutissementEcrit, SyntheseEcrite, make_synthese
from maillage.sdaasp.elaboration.modele import NatureElaboration
from maillage.sdaasp.elaboration.releve import COLONNES, Connus, ParoleLue, list_new, read_releve
from maillage.sdaasp.programme.classeur import Feuille
from maillage.sdaasp.programme.echange import from_plain, to_plain
from maillage.sources.tableau import read_table
from maillage.web.elaboration import commands, forms, queries
from maillage.web.elaboration.models import Elaboration, Evenement
from maillage.web.elaboration.presentation import PARTOUT, frame, require_lire
from maillage.web.elaboration.views import read_kept, say_errors
from maillage.web.programme.mutualisation.echange import write_csv
from maillage.web.programme.noms import Noms, get_noms
from maillage.web.socle.demande import get_and_post
from maillage.web.socle.documents import carry, serve_once

FORMES: Final = ("pdf", "docx", "ods")
TABLES: Final = ("ods", "csv")
NATURES: Final = {"invitation": make_invitation, "presence": make_emargement}
MONTREES: Final = 10
NOTICE_PAROLES: Final = (
    "Une parole par ligne ; la première ligne porte les noms des colonnes : ne les changez pas.",
    "Ces textes ont été écrits ou dits librement : relisez-les avant de les publier.",
    "La page « Reprendre un tableau de paroles » relit ce fichier ; ce qui suit « origine » n’y est pas lu.",
)
CLE: Final = "paroles_lues"
SUITE: Final = ("etat", "case", "raison", "mene_a", "recueillie_le", "issue_de", "cle")
"""What an export says besides what an import reads."""


@login_required
@require_GET
@never_cache
@require_lire
def synthese(request: HttpRequest, cle: str, forme: str) -> HttpResponse:
    """The synthesis: figures, events, what was kept and why."""
    row = queries.get(request.user, "elaboration", cle)
    if forme not in FORMES:
        raise Http404("Ce document n’existe pas : .pdf, .docx ou .ods.")
    written = make_synthese(read_synthese(row, get_noms()))
    return serve_once(
        request, ("synthese", written, forme), f"synthese.{forme}", MIMES[f".{forme}"],
        lambda path: write_document(written, path),
    )  # fmt: skip


def read_synthese(row: Elaboration, noms: Noms) -> SyntheseEcrite:
    """Everything that the synthesis tells."""
    kept: Mapping[str, Any] = read_kept(row)
    return SyntheseEcrite(
        titre=row.titre,
        nature=NatureElaboration(row.nature),
        schema=noms.schema["nom"],
        etablie_le=timezone.localdate(),
        debut=row.debut,
        fin=row.fin,
        synthese=queries.read_synthese(row),
        themes=noms.themes,
        arrondissements=noms.arrondissements,
        evenements=tuple((one.valeur, one.nombre_paroles) for one in queries.list_evenements(row)),  # type: ignore[attr-defined]
        aboutissements=tuple(
            AboutissementEcrit(
                objet=str(found or end.objet),
                redaction=end.redaction,
                voix=end.voix,
                motifs=end.motifs,
                paroles=tuple(one.texte for one in end.paroles),
                amendement=f"amendement n° {number.pk}, {number.etat_libelle.lower()}" if number else "",
            )
            for end, found, number in kept["aboutissements"]
        ),
        non_retenues=tuple((one.texte, why) for one, why in kept["non_retenues"]),
        ecartees=tuple((one.texte, why) for one, why in kept["ecartees"]),
        presentation=row.presentation,
        jeu_essai=row.jeu_essai,
    )


@login_required
@require_GET
@never_cache
@require_lire
def document_evenement(request: HttpRequest, cle: str, nature: str, forme: str) -> HttpResponse:
    """The letter that invites to an event, or its sheet of presences."""
    row = queries.get(request.user, "evenement", cle)
    if nature not in NATURES or forme not in FORMES[:2]:
        raise Http404("Ce document n’existe pas : invitation ou presence, en .pdf ou .docx.")
    written = NATURES[nature](_read_evenement(row, get_noms()))
    return serve_once(
        request, (nature, written, forme), f"{nature}.{forme}", MIMES[f".{forme}"],
        lambda path: write_document(written, path),
    )  # fmt: skip


def _read_evenement(row: Evenement, noms: Noms) -> EvenementEcrit:
    return EvenementEcrit(
        evenement=row.valeur,
        elaboration=row.elaboration.titre,
        schema=noms.schema["nom"],
        territoire=noms.arrondissements.get(row.territoire, PARTOUT),
        themes=tuple(noms.themes.get(key, key) for key in row.themes),
        etablie_le=timezone.localdate(),
        heure=row.heure,
        lieu=row.lieu,
        deroule=row.deroule,
        signataires=tuple(noms.schema.get("pilotes") or ()),
        jeu_essai=row.elaboration.jeu_essai,
    )


@login_required
@require_GET
@never_cache
@require_lire
def exporter(request: HttpRequest, cle: str, forme: str) -> HttpResponse:
    """Every parole that the asker may read, as a table; what an import reads comes first."""
    row = queries.get(request.user, "elaboration", cle)
    if forme not in TABLES:
        raise Http404("Ce tableau n’existe pas : .ods ou .csv.")
    sheet = make_sheet(request.user, row, get_noms())
    name = f"paroles.{forme}"
    if forme == "csv":
        return carry(write_csv(sheet), MIMES[".csv"], name)
    return serve_once(
        request, ("paroles", sheet), name, MIMES[".ods"],
        lambda path: write_sheets([sheet], path, row.titre, "Maillage", NOTICE_PAROLES),
    )  # fmt: skip


def make_sheet(personne: Any, row: Elaboration, noms: Noms) -> Feuille:
    """One row a parole, in the words that an import takes back."""
    rows = queries.list_paroles(personne, row, queries.FiltresParoles(etat=""))
    return Feuille(
        "paroles",
        (*COLONNES, *SUITE),
        tuple(
            (
                one.texte,
                noms.themes.get(one.theme, ""),
                noms.arrondissements.get(one.territoire, ""),
                str(one.evenement or ""),
                one.organisation,
                one.get_origine_display(),
                one.get_etat_display(),
                one.case_dite,
                one.etapes[-1].get("motif", "") if one.etapes else "",
                one.objets.strip(),
                one.recue_le,
                one.issue_de,
                one.cle,
            )
            for one in rows
        ),
    )


@login_required
@get_and_post
@never_cache
def importer(request: HttpRequest, cle: str) -> HttpResponse:
    """Bring a table: every fault at once; then what it holds, read again before anything is written."""
    row = queries.get(request.user, "elaboration", cle)
    if not request.user.has_perm("elaboration.importer"):
        raise PermissionDenied
    step, held = request.POST.get("etape", ""), request.session.get(CLE)
    waiting = held if held and held["elaboration"] == row.cle else None
    if step == "abandonner":
        request.session.pop(CLE, None)
        return redirect("elaboration:importer", row.cle)
    if step == "ecrire" and waiting:
        return _write(request, row, waiting)
    sent = step == "fichier"
    form = forms.FormulaireReleve(request.POST if sent else None, request.FILES if sent else None)
    noms = get_noms()
    if form.is_bound and form.is_valid():
        try:
            read = _read(form.cleaned_data["fichier"], row, noms)
        except EntreeInvalide as error:
            form.add_error("fichier", [error.message, *map(str, error.fautes[:200])])
            waiting = None
            request.session.pop(CLE, None)
        else:
            waiting = {"elaboration": row.cle, "lues": [to_plain(one) for one in read]}
            request.session[CLE] = waiting
    context = frame("elaboration", row) | {"objet": row, "noms": noms, "form": form}
    return render(request, "elaboration/importer.html", context | _preview(row, waiting, noms))


def _read(upload: Any, row: Elaboration, noms: Noms) -> tuple[ParoleLue, ...]:
    events = {one.cle: one.titre for one in row.evenements.order_by("debut", "pk")}
    connus = Connus(noms.themes, noms.arrondissements, events)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"paroles{Path(upload.name).suffix.lower()}"
        path.write_bytes(upload.read())
        sheets = read_table(path)
    sheet = next((one for one in sheets if "texte" in one.colonnes), sheets[0] if sheets else None)
    if sheet is None:
        raise EntreeInvalide("Ce fichier ne contient aucun tableau.")
    return read_releve(drop_rest(sheet), connus)


def drop_rest(sheet: Feuille) -> Feuille:
    """The table without what our own export says besides."""
    kept = [n for n, head in enumerate(sheet.colonnes) if head not in SUITE]
    rows = tuple(tuple(line[n] if n < len(line) else None for n in kept) for line in sheet.lignes)
    return Feuille(sheet.nom, tuple(sheet.colonnes[n] for n in kept), rows, sheet.entete)


def _preview(row: Elaboration, waiting: Mapping[str, Any] | None, noms: Noms) -> dict[str, Any]:
    """What would be written, and what is known already."""
    if not waiting:
        return {"en_attente": False}
    read = [from_plain(ParoleLue, one) for one in waiting["lues"]]
    new = list_new(read, queries.list_written(row))
    events = {one.cle: one.titre for one in row.evenements.all()}
    return {
        "en_attente": True,
        "nouvelles": len(new),
        "connues": len(read) - len(new),
        "premieres": [
            (
                one,
                noms.themes.get(one.theme, "non dit"),
                noms.arrondissements.get(one.territoire, PARTOUT),
                events.get(one.evenement, ""),
            )
            for one in new[:MONTREES]
        ],
    }


def _write(request: HttpRequest, row: Elaboration, waiting: Mapping[str, Any]) -> HttpResponse:
    read = [from_plain(ParoleLue, one) for one in waiting["lues"]]
    try:
        done, left = commands.import_paroles(request.user, row, read)
    except ValidationError as error:
        say_errors(request, error)
        return redirect("elaboration:importer", row.cle)
    request.session.pop(CLE, None)
    words = accord(done, "parole reprise", "paroles reprises")
    known = (
        f" ; {accord(left, 'déjà connue', 'déjà connues')}, laissée{'s' if left > 1 else ''}" if left else ""
    )
    messages.success(request, f"{words}{known}.", "succes")
    return redirect("elaboration:tri", row.cle)
