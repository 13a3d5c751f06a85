"""A bilan as it can be written today from the database, or as it was frozen."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date

from django.conf import settings
from django.utils import timezone

from maillage.atlas.lecture.lecteur import Lecteur
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.participation.propositions import ETATS_PROPOSITION, PropositionUsagers
from maillage.reports.bilan.chiffres import cite_figures, count_today
from maillage.reports.bilan.document import EtatEcrit
from maillage.sdaasp.bilan.assembler import Matiere, assemble
from maillage.sdaasp.bilan.contenu import (
    AmendementDuBilan,
    Contenu,
    DecisionDuBilan,
    EngagementDuBilan,
    EnqueteDuBilan,
    LigneDEnquete,
    PassageDuBilan,
    PropositionDuBilan,
    RemonteeDuBilan,
    ReunionDuBilan,
    SignalementsDuBilan,
    TexteDuBilan,
)
from maillage.sdaasp.bilan.etats import LIBELLES, NOMS, EtapeBilan, EtatBilan, Marche
from maillage.sdaasp.bilan.evaluation import AnneeEvaluee, EvaluationSchema, list_years, make_evaluation
from maillage.sdaasp.bilan.precedent import load_precedent
from maillage.sdaasp.bilan.scelle import VERDICTS, Scelle, VerdictScelle, verify, verify_chain
from maillage.sdaasp.gouvernance.feuilles import Engagement
from maillage.sdaasp.gouvernance.remontees import ETATS, NATURES, ActeRemontee, Remontee
from maillage.sdaasp.gouvernance.seances import LIBELLES as MOTS
from maillage.sdaasp.gouvernance.seances import EtatCompteRendu, EtatDecision, EtatSeance
from maillage.sdaasp.programme.echange import from_plain
from maillage.web.bilan.models import BilanAnnuel, BilanFige, ContreSceau
from maillage.web.gouvernance.models import Decision, FeuilleDeRoute, RemonteeDeposee, Seance
from maillage.web.gouvernance.queries import Reperes, read_reperes
from maillage.web.participation.enquetes.queries import list_publiees, read_results
from maillage.web.participation.models import Enquete, PropositionDeposee
from maillage.web.participation.queries import count_by_part
from maillage.web.participation.usagers.queries import list_year
from maillage.web.programme.lecture import read_programme
from maillage.web.programme.models import Amendement
from maillage.web.programme.noms import get_noms
from maillage.web.suivi.models import ObjetSuivi
from maillage.web.suivi.queries import find_objets


@dataclass(frozen=True)
class BilanLu:
    """A bilan to show or to write; ``verdict`` of its seal, null before it is frozen."""

    contenu: Contenu
    ecrit: EtatEcrit
    verdict: VerdictScelle | None = None


def read_bilan(annee: int, atlas: Lecteur | None, jour: date) -> BilanLu:
    """The bilan of a year: its frozen text if it has one, else what is known today.

    Raises:
        EntreeInvalide: it was frozen, and what is kept of it cannot be read or is no more there.
    """
    row = BilanAnnuel.objects.filter(annee=annee).first()
    frozen = row.fige if row else None
    if row is not None and frozen is not None:
        return _read_frozen(row, frozen)
    marche = row.marche if row else Marche()
    if marche.etat is EtatBilan.FIGE or annee in list_vanished():
        raise EntreeInvalide(f"Le bilan {annee} a été figé, et son texte a disparu de la base.")
    return BilanLu(fill(row, marche, annee, atlas, jour), EtatEcrit(etat=LIBELLES[marche.etat]))


def read_evaluation(jusqu_a: int, atlas: Lecteur | None, jour: date) -> EvaluationSchema:
    """The bilans of the schema's years until one, frozen or as they stand, against the schema before.

    Raises:
        EntreeInvalide: the schema has not begun by then, or a frozen bilan is altered or gone.
    """
    schema = get_noms().schema
    years = []
    for annee in list_years(schema["debut"], schema["fin"], jusqu_a):
        read = read_bilan(annee, atlas, jour)
        if read.verdict is VerdictScelle.ALTERE:
            raise EntreeInvalide(f"Bilan {annee} : {VERDICTS[read.verdict]}")
        years.append(AnneeEvaluee(contenu=read.contenu, empreinte=read.ecrit.empreinte))
    before = load_precedent(schema["cle"])
    return make_evaluation(years, before, count_today(atlas, before))


def _read_frozen(row: BilanAnnuel, frozen: BilanFige) -> BilanLu:
    verdict = verify_all()[row.annee]
    state = EtatEcrit(etat=LIBELLES[EtatBilan.FIGE], empreinte=frozen.empreinte)
    try:
        contenu = from_plain(Contenu, json.loads(frozen.texte))
    except (ValueError, RecursionError, EntreeInvalide) as error:
        raise EntreeInvalide(f"Bilan {row.annee} : {VERDICTS[VerdictScelle.ALTERE]}") from error
    return BilanLu(contenu, state, verdict)


def verify_all() -> dict[int, VerdictScelle]:
    """Year → what verifying its seal says, for every frozen bilan."""
    rows = list(BilanFige.objects.select_related("bilan").order_by("pk"))
    found = verify_chain([row.scelle for row in rows], list_keys())
    if VerdictScelle.AUTRE_CLE in found:
        found = verify_chain(_with_countersigns(rows), list_keys())
    return {
        row.bilan.annee: verdict if _tells_of(row) else VerdictScelle.ALTERE
        for row, verdict in zip(rows, found, strict=True)
    }


def _with_countersigns(rows: list[BilanFige]) -> list[Scelle]:
    kept: dict[int, list[str]] = {}
    for one in ContreSceau.objects.order_by("pk"):
        kept.setdefault(one.fige_id, []).append(one.signature)
    return [replace(row.scelle, contresceaux=tuple(kept.get(row.pk, ()))) for row in rows]


def list_only_by_former_keys() -> list[BilanFige]:
    """Frozen bilans that hold by a former key of the install and not by that of today."""
    rows = list(BilanFige.objects.select_related("bilan").order_by("pk"))
    today, *former = list_keys()
    pairs = zip(rows, _with_countersigns(rows), strict=True)
    intact = VerdictScelle.INTACT
    return [
        row
        for row, scelle in pairs
        if verify(scelle, [today]) is not intact and verify(scelle, former) is intact
    ]


def _tells_of(row: BilanFige) -> bool:
    """Whether a frozen text tells of the year it is kept for."""
    try:
        return bool(json.loads(row.texte)["annee"] == row.bilan.annee)
    except (ValueError, KeyError, TypeError, RecursionError):
        return False


def list_keys() -> list[bytes]:
    """The secret keys of the install: that of today first, then those it had."""
    return [key.encode() for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def list_vanished() -> list[int]:
    """Years that the history knows as frozen and whose bilan, or frozen text, is no more there."""
    held = set(BilanFige.objects.values_list("bilan__annee", flat=True))
    past = BilanAnnuel.history.exclude(annee__in=held)
    sealed = {row.annee for row in past if row.etapes and row.etapes[-1].get("acte") == "figer"}
    return sorted(sealed)


def fill(row: BilanAnnuel | None, marche: Marche, annee: int, atlas: Lecteur | None, jour: date) -> Contenu:
    """All that the database knows of a year; null contributions when no bilan is open for it."""
    programme, reperes = read_programme(), read_reperes()
    asked = bool(row and marche.etapes)
    matiere = Matiere(
        textes=tuple(_tell_text(one) for one in row.contributions.all()) if row and asked else None,
        engagements=_list_promises(annee),
        amendements=_list_changes(annee),
        reunions=tuple(
            ReunionDuBilan(
                comite=reperes.name_comite(one.comite),
                arrondissement=one.territoire or None,
                jour=one.jour,
                etat=MOTS[EtatSeance(one.etat)],
                compte_rendu=MOTS[EtatCompteRendu(one.etat_compte_rendu)] if one.compte_rendu else "",
            )
            for one in Seance.objects.filter(jour__year=annee).exclude(etat=EtatSeance.ANNULEE)
        ),
        decisions=tuple(map(_tell_decision, Decision.objects.filter(seance__jour__year=annee))),
        remontees=_list_ups(annee, reperes),
        signalements=_count_signalements(annee, jour, reperes),
        propositions=tuple(
            _tell_proposition(row, value) for row, value in list_year(annee, min(jour, date(annee, 12, 31)))
        ),
        enquetes=tuple(map(_tell_enquete, list_publiees(annee))),
        chiffres=cite_figures(atlas, programme),
        passages=tuple(_tell_step(etape, marche, reperes) for etape in marche.etapes),
        atlas=atlas.id if atlas else "",
        essai=atlas.jeu_essai if atlas else False,
    )
    return assemble(programme, annee, matiere, jour)


def _tell_text(row: object) -> TexteDuBilan:
    value = row.valeur  # type: ignore[attr-defined]
    return TexteDuBilan(
        theme=value.part.theme,
        arrondissement=value.part.arrondissement,
        a_qui=value.a_qui,
        texte=value.texte if value.rendue_le else "",
        echeance=value.echeance,
        rendue_le=value.rendue_le,
    )


def _tell_decision(row: Decision) -> DecisionDuBilan:
    return DecisionDuBilan(
        reference=row.reference,
        arrondissement=row.territoire or None,
        texte=row.texte,
        etat=MOTS[EtatDecision(row.etat)],
        responsable=row.responsable,
        echeance=row.echeance,
    )


def _list_promises(annee: int) -> tuple[EngagementDuBilan, ...]:
    """What the road maps of the year promised, theme by theme."""
    return tuple(
        EngagementDuBilan(
            theme=row.theme,
            arrondissement=row.territoire or None,
            quoi=one.quoi,
            qui=one.qui,
            echeance=one.echeance,
            fait_le=one.fait_le,
        )
        for row in FeuilleDeRoute.objects.filter(annee=annee)
        for one in (from_plain(Engagement, plain) for plain in row.engagements)
    )


def _list_changes(annee: int) -> tuple[AmendementDuBilan, ...]:
    """The amendments written in the programme in the year; why is for accounts, and is not told."""
    rows = list(Amendement.objects.filter(applique_le__year=annee).order_by("applique_le", "pk"))
    held = find_objets(row.objet for row in rows)
    decided = dict(Decision.objects.values_list("cle", "reference"))
    return tuple(
        AmendementDuBilan(
            objet=str(held.get(row.objet, row.objet)),
            champs=tuple(_name_field(held.get(row.objet), one["champ"]) for one in row.changements),
            le=timezone.localdate(row.applique_le),
            decision=decided.get(row.decision, ""),
        )
        for row in rows
    )


def _name_field(objet: ObjetSuivi | None, champ: str) -> str:
    return objet.name_champ(champ) if objet else champ


def _list_ups(annee: int, reperes: Reperes) -> tuple[RemonteeDuBilan, ...]:
    """What was sent up or moved in the year, and what still waited at its end."""
    end = date(annee, 12, 31)
    values = [row.valeur for row in RemonteeDeposee.objects.filter(deposee_le__lte=end)]
    return tuple(_tell_up(one, reperes) for one in values if is_of(one, annee))


def _tell_enquete(row: Enquete) -> EnqueteDuBilan:
    """A survey, as its results were published."""
    found = read_results(row)
    return EnqueteDuBilan(
        titre=row.titre, theme=row.theme or None, arrondissement=row.territoire or None,
        fermee_le=row.ferme_le, reponses=found.reponses, marge=found.marge, essai=row.essai,
        lignes=tuple(
            LigneDEnquete(question=tri.question.texte, modalite=line.modalite, effectif=line.effectif)
            for tri in found.tris if tri.reponses is not None for line in tri.lignes
        ),
    )  # fmt: skip


def _tell_proposition(row: PropositionDeposee, value: PropositionUsagers) -> PropositionDuBilan:
    """What a comité d'usagers proposed, as it was published."""
    return PropositionDuBilan(
        comite=row.comite.nom, theme=row.theme or None, arrondissement=row.territoire or None,
        texte=row.texte, etat=ETATS_PROPOSITION[value.etat] if value.etat else "",
        motif=value.reponse.texte if value.reponse else "", essai=row.essai,
    )  # fmt: skip


def _count_signalements(annee: int, jour: date, reperes: Reperes) -> tuple[SignalementsDuBilan, ...]:
    """The whole, each arrondissement, each theme, as they stood at the end of the year or today."""
    parts = {"territoires": list(reperes.noms.arrondissements), "themes": list(reperes.noms.themes)}
    until = min(jour, date(annee, 12, 31)) if jour.year <= annee else jour
    return tuple(
        SignalementsDuBilan(
            theme=one.theme or None, arrondissement=one.territoire or None, recus=one.comptes.recus,
            repondus=one.comptes.repondus, refuses=one.comptes.refuses, reunis=one.comptes.reunis,
            retires=one.comptes.retires, en_attente=one.comptes.en_attente, delai_j=one.comptes.delai_j,
        )
        for one in count_by_part(annee, until, parts)
    )  # fmt: skip


def is_of(value: Remontee, annee: int) -> bool:
    last = value.derniere
    return last is not None and (last.le.year >= annee or not value.close)


def _tell_up(value: Remontee, reperes: Reperes) -> RemonteeDuBilan:
    last = value.etapes[-1]
    answered = next((e for e in value.etapes if e.acte is ActeRemontee.REPONDRE), None)
    return RemonteeDuBilan(
        cle=value.cle,
        nature=NATURES[value.nature],
        texte=value.texte,
        theme=value.theme or None,
        arrondissement=value.territoire,
        deposee_le=value.etapes[0].le,
        etat=ETATS[last.acte],
        devant=reperes.name_comite(last.comite),
        reponse=value.reponse,
        repondue_le=answered.le if answered else None,
        close=value.close,
    )


def _tell_step(etape: EtapeBilan, marche: Marche, reperes: Reperes) -> PassageDuBilan:
    comite = marche.circuit.find_comite(etape.acte)
    meeting = Seance.objects.filter(cle=etape.reunion).first() if etape.reunion else None
    how = f"séance du {meeting.jour:%d/%m/%Y}" if meeting else ""
    return PassageDuBilan(
        le=etape.le,
        acte=NOMS[etape.acte],
        comite=reperes.name_comite(comite) if comite else "",
        arrondissement=etape.territoire,
        motif=" ; ".join(part for part in (how, etape.motif) if part),
    )
