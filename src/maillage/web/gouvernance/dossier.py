"""The documents of a meeting: its convocation, its minutes, the packet that goes with its agenda."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from maillage.reports.ecrire.formes import MIMES, write_document
from maillage.reports.gouvernance.seance import (
    AmendementEcrit,
    DecisionEcrite,
    PiecesDeSeance,
    SeanceEcrite,
    make_convocation,
    make_minutes,
    make_packet,
)
from maillage.reports.programme.document import make_fiche
from maillage.reports.rendu.blocs import Document
from maillage.sdaasp.gouvernance.modele import Comite
from maillage.sdaasp.gouvernance.seances import EtatCompteRendu, EtatDecision, EtatSeance
from maillage.sdaasp.programme.amendements import EN_DEBAT
from maillage.sdaasp.programme.structure import list_fiches_of
from maillage.sdaasp.programme.vocabulaire import Opinion, get_libelle
from maillage.web.atelier import documents as atelier
from maillage.web.atelier.queries import list_lisibles
from maillage.web.gouvernance import models, queries
from maillage.web.gouvernance.presentation import require_lire
from maillage.web.programme.discussion import list_amendements
from maillage.web.programme.lecture import read_version
from maillage.web.programme.models import SORTES
from maillage.web.programme.noms import Noms, get_noms
from maillage.web.programme.presentation import show_field
from maillage.web.programme.public.edition import read_edition
from maillage.web.programme.visibilite import read_for
from maillage.web.socle.documents import serve_once
from maillage.web.suivi.queries import find_objets
from maillage.web.territoires.impression import make_document as make_portrait

NATURES = {"convocation": "Convocation", "compte-rendu": "Compte rendu", "dossier": "Dossier de séance"}
FORMES = ("pdf", "docx")
SCENARIOS_OFFERTS = 50


@login_required
@require_GET
@never_cache
@require_lire
def document(request: HttpRequest, cle: str, nature: str, forme: str) -> HttpResponse:
    """One document of a meeting, as the asker may read what it holds."""
    row = queries.get(request.user, "seance", cle)
    if nature not in NATURES or forme not in FORMES:
        raise Http404("Ce document n’existe pas : convocation, compte-rendu ou dossier, en .pdf ou .docx.")
    written = write_seance(row)
    name = f"{nature}-{row.comite}-{row.jour.isoformat()}.{forme}"
    if nature == "dossier":
        pieces = list_pieces(request, row)
        state: tuple[Any, ...] = ("dossier", written, pieces, _sign(request, row))
        return serve_once(
            request, state, name, MIMES[f".{forme}"],
            lambda path: write_packet(request, row, written, pieces, path),
        )  # fmt: skip
    make = make_convocation if nature == "convocation" else make_minutes
    return serve_once(
        request, (nature, written), name, MIMES[f".{forme}"],
        lambda path: write_document(make(written), path),
    )  # fmt: skip


def write_seance(row: models.Seance) -> SeanceEcrite:
    """A meeting as its documents tell it today."""
    reperes = queries.read_reperes()
    return SeanceEcrite(
        nom=reperes.name_seance(row),
        comite=reperes.comites.get(row.comite) or Comite(cle=row.comite, sigle=row.comite, nom=row.comite),
        schema=reperes.noms.schema["nom"],
        jour=row.jour,
        etat=EtatSeance(row.etat),
        etablie_le=timezone.localdate(),
        heure=row.heure,
        lieu=row.lieu,
        points=tuple(point["titre"] for point in row.points),
        presences=row.list_presences(),
        compte_rendu=row.compte_rendu,
        etat_compte_rendu=EtatCompteRendu(row.etat_compte_rendu),
        envoye_le=row.envoye_le,
        decisions=tuple(map(_write_decision, row.decisions.all())),
    )


def _write_decision(row: models.Decision) -> DecisionEcrite:
    return DecisionEcrite(
        reference=row.reference,
        texte=row.texte,
        etat=EtatDecision(row.etat),
        responsable=row.responsable,
        echeance=row.echeance,
    )


def list_pieces(request: HttpRequest, row: models.Seance) -> PiecesDeSeance:
    """What waits before the comité and what it has not done yet; documents are made later, when written."""
    waiting = queries.list_attentes(timezone.localdate(), row.comite, row.territoire)
    return PiecesDeSeance(
        attentes=tuple(wait for _, wait in waiting),
        ouvertes=tuple(map(_write_decision, queries.list_ouvertes(row))),
        amendements=_list_amendements(request.user),
    )


def _list_amendements(personne: Any) -> tuple[AmendementEcrit, ...]:
    """Those under discussion, the first proposed first, as the person may read them."""
    rows = list(list_amendements(personne).filter(etat__in=EN_DEBAT).order_by("pk"))
    objects, noms = find_objets(row.objet for row in rows), get_noms()
    return tuple(
        AmendementEcrit(
            numero=row.pk,
            objet=str(objects.get(row.objet, row.objet)),
            motif=row.motif,
            changements=tuple(_tell_change(change, SORTES[row.sorte], noms) for change in row.changements),
            avis=tuple(map(_tell_opinion, row.avis)),
        )
        for row in rows
    )


def _tell_change(change: dict[str, Any], model: Any, noms: Noms) -> tuple[str, str, str]:
    before, after = (show_field(model, change["champ"], change[side], noms) for side in ("avant", "apres"))
    return model.name_champ(change["champ"]), before, after


def _tell_opinion(one: dict[str, Any]) -> str:
    why = f" : {one['texte']}" if one["texte"] else ""
    return f"{get_libelle(Opinion(one['sens']))}, {one['par']}{why}"


def list_fiches(row: models.Seance, programme: Any) -> list[str]:
    """The fiches of a packet in the order of the programme: chosen, or spoken of by what goes up."""
    listed = [point["objet"] for point in row.points if point["objet"]]
    ups = models.RemonteeDeposee.objects.filter(cle__in=listed)
    waiting = (one for one, _ in queries.list_attentes(timezone.localdate(), row.comite, row.territoire))
    about = [key for one in (*ups, *waiting) for key in (one.objet or one.theme,) if key]
    wanted = {fiche for key in about for fiche in list_fiches_of(programme, key)} | set(row.pieces)
    return [fiche.cle for fiche in programme.fiches if fiche.cle in wanted]


def list_scenarios(personne: Any, row: models.Seance) -> list[Any]:
    """The scenarios of a packet that this person may read, in the order in which they were chosen."""
    held = {one.cle: one for one in list_lisibles(personne).filter(cle__in=row.pieces)}
    return [held[key] for key in row.pieces if key in held]


def _sign(request: HttpRequest, row: models.Seance) -> tuple[Any, ...]:
    """What the pieces depend on: the programme, the atlas, the scenarios that the asker may read."""
    atlas = request.atlas  # type: ignore[attr-defined]
    seen = [
        (one.objet.cle, one.objet.contenu, one.objet.visibilite, one.impact is None)
        for one in _read_essayes(request, row)
    ]
    course = read_edition(timezone.localdate()).parcours
    return (read_version(), course, atlas.empreinte if atlas else "", seen, row.pieces, row.points)


def _read_essayes(request: HttpRequest, row: models.Seance) -> list[atelier.ScenarioEssaye]:
    atlas = request.atlas  # type: ignore[attr-defined]
    return [] if atlas is None else atelier.read_essayes(atlas, list_scenarios(request.user, row))


def write_packet(
    request: HttpRequest, row: models.Seance, written: SeanceEcrite, pieces: PiecesDeSeance, path: Path
) -> None:
    """The packet at ``path``: figures of the place, fiches, notes of scenarios whose effects are known."""
    made = replace(pieces, documents=tuple(_make_pieces(request, row)))
    write_document(make_packet(written, made), path)


def _make_pieces(request: HttpRequest, row: models.Seance) -> list[Document]:
    atlas, today = request.atlas, timezone.localdate()  # type: ignore[attr-defined]
    place = None
    if atlas is not None:
        place = atlas.territoire("arrondissement", row.territoire) if row.territoire else atlas.departement
    programme, edition = read_for(request.user), read_edition(today)
    tried = _read_essayes(request, row)
    return [
        *([make_portrait(atlas, place, today)] if place is not None else []),
        *(make_fiche(programme, key, edition) for key in list_fiches(row, programme)),
        *(atelier.write_note(atlas, one, [], nommer=True) for one in tried if one.impact is not None),
    ]


def list_offered(request: HttpRequest) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """(key, words) of the fiches and of the scenarios that may be joined to a packet."""
    fiches = [(fiche.cle, fiche.titre) for fiche in read_for(request.user).fiches]
    rows = list_lisibles(request.user)[:SCENARIOS_OFFERTS]
    return fiches, [(one.cle, one.titre) for one in rows]


def list_joined(request: HttpRequest, row: models.Seance) -> list[str]:
    """The names of what was joined to a packet, that the asker may read."""
    fiches = [fiche.titre for fiche in read_for(request.user).fiches if fiche.cle in row.pieces]
    return [*fiches, *(one.titre for one in list_scenarios(request.user, row))] if row.pieces else []
