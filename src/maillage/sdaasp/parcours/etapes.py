"""The stages of the course on a day: done, open, not yet; and what each still waits for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from maillage.catalogue.lecture import read_toml
from maillage.francais import accord
from maillage.sdaasp.parcours.avis import SuiviAvis, follow
from maillage.sdaasp.parcours.modele import NatureOrganisme, Parcours


class EtatEtape(StrEnum):
    """A stage is done, open (everything before it is done), or to come."""

    FAITE = "faite"
    OUVERTE = "ouverte"
    A_VENIR = "a_venir"


@dataclass(frozen=True, slots=True)
class EtapeLegale:
    """A stage: ``reste`` says what it waits for; ``faite_le``: since when it is done, null before.

    ``confirme``: whether its ``source`` was read in the official text.
    """

    id: str
    nom: str
    etat: EtatEtape
    source: str
    confirme: bool
    faite_le: date | None = None
    reste: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Jugement:
    """When a stage was done, or else what it waits for."""

    faite_le: date | None
    reste: tuple[str, ...] = ()


def list_etapes(parcours: Parcours, jour: date) -> tuple[EtapeLegale, ...]:
    """Every stage in the order of the law, as it stands on ``jour``.

    A stage is done only when those before it are: an avis of the région does not make up for one of an EPCI.

    >>> [(etape.id, etape.etat.value) for etape in list_etapes(Parcours(), date(2026, 1, 1))][:2]
    [('texte', 'ouverte'), ('avis_epci', 'a_venir')]
    """
    found: list[EtapeLegale] = []
    for entry in read_toml("parcours.toml")["etape"]:
        judged = _JUGES[entry["id"]](parcours, jour)
        held = all(etape.etat is EtatEtape.FAITE for etape in found)
        told = {name: entry[name] for name in ("id", "nom", "source", "confirme")}
        state = _state(judged, held=held)
        found.append(EtapeLegale(**told, etat=state, faite_le=judged.faite_le, reste=judged.reste))
    return tuple(found)


def find_current(etapes: Iterable[EtapeLegale]) -> EtapeLegale | None:
    """The stage that is open; null when the whole course is done."""
    return next((etape for etape in etapes if etape.etat is EtatEtape.OUVERTE), None)


def _state(judged: _Jugement, *, held: bool) -> EtatEtape:
    if not held:
        return EtatEtape.A_VENIR
    return EtatEtape.OUVERTE if judged.faite_le is None else EtatEtape.FAITE


def _judge_text(parcours: Parcours, jour: date) -> _Jugement:
    days = [text.arretee_le for text in parcours.textes if text.arretee_le <= jour]
    return _Jugement(min(days)) if days else _Jugement(None, ("arrêter le texte soumis aux avis",))


def _judge_avis(*natures: NatureOrganisme) -> Callable[[Parcours, date], _Jugement]:
    def judge(parcours: Parcours, jour: date) -> _Jugement:
        followed = [follow(one, jour) for one in parcours.list_due(*natures)]
        missing = [NOMS[nature] for nature in natures if not parcours.list_natures(nature)]
        waiting = [
            f"{suivi.consultation.nom} : {_tell_wait(suivi)}" for suivi in followed if not suivi.acquis
        ]
        reste = (*(f"dire qui est consulté : {name}" for name in missing), *waiting)
        return _Jugement(None, reste) if reste else _Jugement(_last(s.acquis_le for s in followed))

    return judge


NOMS = {
    NatureOrganisme.EPCI: "les EPCI à fiscalité propre",
    NatureOrganisme.REGION: "le conseil régional",
    NatureOrganisme.CTAP: "la conférence territoriale de l’action publique",
}


def _tell_wait(suivi: SuiviAvis) -> str:
    if suivi.echeance is None:
        return "à saisir"
    return f"avis attendu jusqu’au {suivi.echeance:%d/%m/%Y}"


def _judge_approval(parcours: Parcours, jour: date) -> _Jugement:
    act = parcours.approbation
    return _Jugement(act.le) if act and act.le <= jour else _Jugement(None, ("délibérer",))


def _judge_order(parcours: Parcours, jour: date) -> _Jugement:
    act = parcours.arrete
    return _Jugement(act.le) if act and act.le <= jour else _Jugement(None, ("prendre l’arrêté",))


def _judge_signatures(parcours: Parcours, jour: date) -> _Jugement:
    days = [one.signe_le for one in parcours.signatures]
    waiting = [one.nom for one in parcours.signatures if one.signe_le is None or one.signe_le > jour]
    if not days:
        return _Jugement(None, ("dire qui signe la convention",))
    return (
        _Jugement(None, tuple(f"signature de {name}" for name in waiting))
        if waiting
        else _Jugement(_last(days))
    )


def _judge_publicity(parcours: Parcours, jour: date) -> _Jugement:
    held = {
        "mettre le schéma en ligne": parcours.publicite.en_ligne_le,
        "publier la liste des services et leurs modalités d’accès": parcours.publicite.services_le,
    }
    waiting = tuple(what for what, day in held.items() if day is None or day > jour)
    return _Jugement(None, waiting) if waiting else _Jugement(_last(held.values()))


def _last(days: Iterable[date | None]) -> date | None:
    return max((day for day in days if day is not None), default=None)


_JUGES: dict[str, Callable[[Parcours, date], _Jugement]] = {
    "texte": _judge_text,
    "avis_epci": _judge_avis(NatureOrganisme.EPCI),
    "avis_region_ctap": _judge_avis(NatureOrganisme.REGION, NatureOrganisme.CTAP),
    "approbation": _judge_approval,
    "arrete": _judge_order,
    "convention": _judge_signatures,
    "publicite": _judge_publicity,
}


def tell_reste(reste: Sequence[str], au_plus: int = 3) -> str:
    """What a stage waits for, the first few named and the others counted.

    >>> tell_reste(["a", "b", "c", "d"]).replace("\\xa0", " ")
    'a ; b ; c ; et 1 autre'
    """
    said = list(reste[:au_plus])
    if len(reste) > au_plus:
        said.append(f"et {accord(len(reste) - au_plus, 'autre')}")
    return "\xa0; ".join(said)
