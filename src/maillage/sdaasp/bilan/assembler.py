"""A bilan filled from what is known: programme, meetings of the year, what went up, figures, contributions.

Nothing is asked for to make one: what is missing is said in its ``manques``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from maillage.francais import accord
from maillage.sdaasp.bilan.contenu import (
    ActionDuBilan,
    AmendementDuBilan,
    ChiffreDuBilan,
    Contenu,
    DecisionDuBilan,
    EngagementDuBilan,
    EnqueteDuBilan,
    MesureDuBilan,
    Nomme,
    PassageDuBilan,
    PropositionDuBilan,
    RemonteeDuBilan,
    ReunionDuBilan,
    SignalementsDuBilan,
    TexteDuBilan,
)
from maillage.sdaasp.bilan.contributions import find_pilote, list_declinaisons, list_parts
from maillage.sdaasp.indicateurs.valeurs import list_series
from maillage.sdaasp.programme.mesures import Cible, IndicateurSuivi
from maillage.sdaasp.programme.modele import Declinaison, Programme


@dataclass(frozen=True, slots=True, kw_only=True)
class Matiere:
    """What a bilan is made of, beside its programme; null for what nobody keeps, empty for none.

    ``atlas``: the name of the atlas whose figures are given, empty without one; ``essai``: it is invented.
    """

    textes: tuple[TexteDuBilan, ...] | None = None
    engagements: tuple[EngagementDuBilan, ...] = ()
    amendements: tuple[AmendementDuBilan, ...] = ()
    reunions: tuple[ReunionDuBilan, ...] | None = None
    decisions: tuple[DecisionDuBilan, ...] = ()
    remontees: tuple[RemonteeDuBilan, ...] | None = None
    signalements: tuple[SignalementsDuBilan, ...] | None = None
    propositions: tuple[PropositionDuBilan, ...] | None = None
    enquetes: tuple[EnqueteDuBilan, ...] | None = None
    chiffres: tuple[ChiffreDuBilan, ...] = ()
    passages: tuple[PassageDuBilan, ...] = ()
    atlas: str = ""
    essai: bool = False


def assemble(programme: Programme, annee: int, matiere: Matiere, le: date) -> Contenu:
    """The bilan of a year as it can be written on the day ``le``."""
    schema = programme.schema
    texts = matiere.textes if matiere.textes is not None else _ask(programme, annee)
    actions = tuple(_tell_action(d) for d in list_declinaisons(programme, annee))
    measures = tuple(_tell_measure(programme, one, annee) for one in programme.indicateurs)
    return Contenu(
        annee=annee,
        schema=schema.nom,
        departement=schema.departement,
        debut=schema.debut,
        fin=schema.fin,
        etabli_le=le,
        source=schema.source or "",
        atlas=matiere.atlas,
        pilotes=schema.pilotes,
        arrondissements=tuple(
            Nomme(cle=t.code, nom=t.nom) for t in programme.territoires if t.niveau == "arrondissement"
        ),
        themes=tuple(
            Nomme(cle=t.cle, nom=t.nom) for t in sorted(programme.themes, key=lambda theme: theme.ordre)
        ),
        actions=actions,
        mesures=measures,
        engagements=matiere.engagements,
        amendements=matiere.amendements,
        reunions=matiere.reunions,
        decisions=matiere.decisions,
        remontees=matiere.remontees,
        signalements=matiere.signalements,
        propositions=matiere.propositions,
        enquetes=matiere.enquetes,
        chiffres=matiere.chiffres,
        textes=texts,
        passages=matiere.passages,
        manques=tuple(_list_missing(annee, matiere, texts, actions, measures)),
        essai=matiere.essai,
    )


def _ask(programme: Programme, annee: int) -> tuple[TexteDuBilan, ...]:
    """The contributions that would be asked for, none given."""
    return tuple(
        TexteDuBilan(theme=part.theme, arrondissement=part.arrondissement, a_qui=find_pilote(programme, part))
        for part in list_parts(programme, annee)
    )


def _tell_action(declinaison: Declinaison) -> ActionDuBilan:
    return ActionDuBilan(
        cle=declinaison.cle,
        theme=declinaison.theme,
        arrondissement=declinaison.arrondissement,
        annee=declinaison.annee,
        libelle=declinaison.libelle,
        statut=declinaison.statut,
        meteo=declinaison.meteo,
        commentaire=declinaison.commentaire_meteo,
        pilote=declinaison.pilote_territorial or "",
        etapes=len(declinaison.etapes),
        etapes_faites=sum(step.faite_le is not None for step in declinaison.etapes),
    )


def _tell_measure(programme: Programme, indicator: IndicateurSuivi, annee: int) -> MesureDuBilan:
    """An indicator as it stood at the end of the year: later values are of another bilan."""
    until = date(annee, 12, 31)
    series = [v for v in list_series(programme.valeurs, indicator.cle) if v.date <= until]
    last = series[-1] if series else None
    target = _find_target(programme, indicator.cle, annee)
    theme, place = _place(programme, indicator.objet)
    return MesureDuBilan(
        cle=indicator.cle,
        libelle=indicator.libelle,
        theme=theme,
        arrondissement=place,
        unite=indicator.unite,
        source=indicator.source,
        valeur=last.valeur if last else None,
        texte=last.texte if last else None,
        le=last.date if last else None,
        cible=target.valeur if target else None,
        cible_texte=target.texte if target else None,
        cible_annee=target.annee if target else None,
        chiffre=last.chiffre if last else None,
    )


def _find_target(programme: Programme, key: str, annee: int) -> Cible | None:
    """What should be reached at the end of the year, else the next one after it, else the last before."""
    held = sorted((c for c in programme.cibles if c.indicateur == key), key=lambda c: c.annee)
    coming = [c for c in held if c.annee >= annee]
    return next(iter(coming or held[-1:]), None)


def _place(programme: Programme, objet: str) -> tuple[str | None, str | None]:
    """The theme and the arrondissement of what an indicator measures."""
    for declinaison in programme.declinaisons:
        if declinaison.cle == objet:
            return declinaison.theme, declinaison.arrondissement
    fiche = next((op.fiche for op in programme.objectifs if op.cle == objet), objet)
    return next((f.theme for f in programme.fiches if f.cle == fiche), None), None


def _list_missing(
    annee: int,
    matiere: Matiere,
    texts: tuple[TexteDuBilan, ...],
    actions: tuple[ActionDuBilan, ...],
    measures: tuple[MesureDuBilan, ...],
) -> Iterator[str]:
    """What is not known, in sentences, in the order in which a bilan tells of it."""
    if absent := sum(not one.texte for one in texts):
        asked = "" if matiere.textes is not None else " : aucune n’a encore été demandée"
        yield f"{accord(absent, 'contribution manque', 'contributions manquent')} sur {len(texts)}{asked}."
    yield from _list_untold(annee, actions)
    if not measures:
        yield "Le programme n’a aucun indicateur."
    if late := sum(one.le is None or one.le.year < annee for one in measures):
        yield f"{accord(late, 'indicateur n’a', 'indicateurs n’ont')} pas de valeur validée de {annee}."
    yield from _list_unheld(annee, matiere)
    if not matiere.atlas:
        yield "Aucun atlas n’a été donné : le bilan n’a pas les chiffres d’accès aux services."


def _list_untold(annee: int, actions: tuple[ActionDuBilan, ...]) -> Iterator[str]:
    """What the pilots have not said of their declinaisons."""
    if not actions:
        yield f"Le programme ne dit aucune déclinaison pour {annee} ni avant."
    if unknown := sum(action.statut is None for action in actions):
        yield f"L’état de {accord(unknown, 'déclinaison')} est à confirmer."
    if untold := sum(action.meteo is None for action in actions):
        yield f"La météo de {accord(untold, 'déclinaison')} n’a pas été dite."


def _list_unheld(annee: int, matiere: Matiere) -> Iterator[str]:
    """What governance does not say of the year."""
    if matiere.reunions is None:
        yield "Les réunions et leurs décisions n’ont pas été lues : donnez la base de l’application."
    elif not matiere.reunions:
        yield f"Aucune réunion de {annee} n’est connue."
    if matiere.remontees is None:
        yield "Les remontées n’ont pas été lues : donnez la base de l’application."
    if matiere.signalements is None:
        yield "Les signalements des habitants n’ont pas été lus : donnez la base de l’application."
    whole = [s for s in matiere.signalements or () if s.theme is None and s.arrondissement is None]
    if waiting := sum(one.en_attente for one in whole):
        yield f"{accord(waiting, 'signalement n’a', 'signalements n’ont')} pas encore de réponse."
    if late := sum(one.fait_le is None for one in matiere.engagements):
        told = accord(late, "engagement reste", "engagements restent")
        yield f"{told} à faire dans les feuilles de route."
    if left := sum(not up.close for up in matiere.remontees or ()):
        yield f"{accord(left, 'remontée n’a', 'remontées n’ont')} pas encore de réponse."
