"""A record of the directory: the fields of data·inclusion v1, and what a schéma needs to know besides.

https://gip-inclusion.github.io/data-inclusion-schema/latest/ names and describes the fields of
:class:`Structure` and :class:`Prestation` (its ``Service``). Null means that the source says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final, Self

Valeur = str | int | float | list[str] | None
"""What a field holds in JSON: a date is written YYYY-MM-DD, a set as a sorted list."""


class FonctionAccueil(StrEnum):
    """What one is received for: informed and oriented, one's file assessed and opened, or only sent on."""

    PREMIER_NIVEAU = "premier_niveau"
    SECOND_NIVEAU = "second_niveau"
    AIGUILLAGE = "aiguillage"


FONCTIONS: Final = {
    FonctionAccueil.PREMIER_NIVEAU: "Premier niveau",
    FonctionAccueil.SECOND_NIVEAU: "Second niveau",
    FonctionAccueil.AIGUILLAGE: "Aiguillage",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fiche:
    """What both kinds of records hold, in the words of the schema."""

    source: str
    id: str
    nom: str
    date_maj: date
    description: str | None = None
    lien_source: str | None = None
    commune: str | None = None
    code_postal: str | None = None
    code_insee: str | None = None
    adresse: str | None = None
    complement_adresse: str | None = None
    longitude: float | None = None
    latitude: float | None = None
    telephone: str | None = None
    courriel: str | None = None
    horaires_accueil: str | None = None

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:
        """A record out of its JSON; fields the schema does not name are left out, empty text is null.

        >>> told = {"source": "s", "id": "s--1", "nom": "CCAS", "date_maj": "2026-01-31", "siret": ""}
        >>> Structure.read(told).date_maj.year, Structure.read(told).siret
        (2026, None)

        Raises:
            KeyError, ValueError: a required field is missing or is no date;
                :func:`~maillage.annuaire.regles.check` says it in words first.
        """
        known: dict[str, Any] = {
            part.name: told[part.name] for part in fields(cls) if told.get(part.name) not in (None, "")
        }
        known["date_maj"] = date.fromisoformat(str(known["date_maj"])[:10])
        for name in known.keys() & ENSEMBLES:
            known[name] = tuple(sorted(known[name]))
        return cls(**known)

    def write(self) -> dict[str, Valeur]:
        """The record as JSON of the schema, every field present; ``read`` of it is equal to it.

        >>> one = Structure(source="s", id="s--1", nom="CCAS", date_maj=date(2026, 1, 31), siret="1" * 14)
        >>> one.write()["date_maj"], Structure.read(one.write()) == one
        ('2026-01-31', True)
        """
        told = {part.name: getattr(self, part.name) for part in fields(self)}
        told["date_maj"] = self.date_maj.isoformat()
        return {name: list(value) if isinstance(value, tuple) else value for name, value in told.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure(_Fiche):
    """Who receives people, at one address."""

    siret: str | None = None
    site_web: str | None = None
    accessibilite_lieu: str | None = None
    reseaux_porteurs: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prestation(_Fiche):
    """What a structure offers (``structure_id``), where, to whom, how one gets it."""

    structure_id: str
    type: str | None = None
    thematiques: tuple[str, ...] | None = None
    frais: str | None = None
    frais_precisions: str | None = None
    publics: tuple[str, ...] | None = None
    publics_precisions: str | None = None
    conditions_acces: str | None = None
    modes_accueil: tuple[str, ...] | None = None
    zone_eligibilite: tuple[str, ...] | None = None
    contact_nom_prenom: str | None = None
    lien_mobilisation: str | None = None
    modes_mobilisation: tuple[str, ...] | None = None
    mobilisable_par: tuple[str, ...] | None = None
    mobilisation_precisions: str | None = None
    volume_horaire_hebdomadaire: float | None = None
    nombre_semaines: int | None = None


ENSEMBLES: Final = frozenset(
    {
        "reseaux_porteurs",
        "thematiques",
        "publics",
        "modes_accueil",
        "zone_eligibilite",
        "modes_mobilisation",
        "mobilisable_par",
    }
)


@dataclass(frozen=True, slots=True)
class FermetureTemporaire:
    """Closed from one day to another, both included; ``motif`` as the source says it."""

    debut: date
    fin: date
    motif: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Permanence:
    """A stop of a visiting structure: where, and when in the syntax of ``horaires_accueil``."""

    nom: str
    horaires: str | None
    code_insee: str | None = None
    longitude: float | None = None
    latitude: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Complement:
    """What a schéma needs of one record (``id``) and its producer does not say in v1.

    ``themes``: keys of the programme's themes. ``fonctions``: see ADR 0150, empty when unknown.
    ``langues``: codes of ISO 639-1. ``falc``: link to the plain version. ``implantation``: id in the atlas.
    ``feries``: whether it opens on public holidays, null when not said. ``sans_marche``: step-free access,
    null when not said. ``rendez_vous``: whether one is needed, null when not said. ``itinerante``: its
    address is a base where nobody is received, null when not said. ``permanences``: where else it receives.
    ``incertain``: what the source leaves unsure, in words.
    """

    id: str
    licence: str | None = None
    themes: tuple[str, ...] = ()
    fonctions: tuple[FonctionAccueil, ...] = ()
    langues: tuple[str, ...] = ()
    falc: str | None = None
    implantation: str | None = None
    feries: bool | None = None
    sans_marche: bool | None = None
    rendez_vous: bool | None = None
    itinerante: bool | None = None
    fermetures: tuple[FermetureTemporaire, ...] = ()
    permanences: tuple[Permanence, ...] = ()
    incertain: tuple[str, ...] = ()

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:
        """A complement out of its JSON.

        >>> told = {"id": "s--1", "fermetures": [{"debut": "2026-08-01", "fin": "2026-08-31"}]}
        >>> Complement.read(told).fermetures[0].fin.day
        31
        """
        known = {part.name: told[part.name] for part in fields(cls) if told.get(part.name) is not None}
        for name, value in known.items():
            if isinstance(value, list):
                known[name] = tuple(value)
        known["fonctions"] = tuple(FonctionAccueil(name) for name in known.get("fonctions", ()))
        known["fermetures"] = tuple(
            FermetureTemporaire(
                date.fromisoformat(one["debut"]), date.fromisoformat(one["fin"]), one.get("motif")
            )
            for one in known.get("fermetures", ())
        )
        known["permanences"] = tuple(Permanence(**one) for one in known.get("permanences", ()))
        return cls(**known)

    def write(self) -> dict[str, Any]:
        """The complement as JSON, only what is known; ``read`` of it is equal to it.

        >>> Complement(id="s--1", langues=("fr", "nl")).write()
        {'id': 's--1', 'langues': ['fr', 'nl']}
        """
        told = {part.name: getattr(self, part.name) for part in fields(self)}
        told["fonctions"] = [str(one) for one in self.fonctions]
        told["fermetures"] = [
            {"debut": one.debut.isoformat(), "fin": one.fin.isoformat(), "motif": one.motif}
            for one in self.fermetures
        ]
        told["permanences"] = [
            {part.name: getattr(one, part.name) for part in fields(one)} for one in self.permanences
        ]
        known = {name: value for name, value in told.items() if value not in (None, (), [])}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in known.items()}


@dataclass(frozen=True, slots=True)
class Annuaire:
    """Records and what is known besides, by id of the record; ids are unique among each kind."""

    structures: tuple[Structure, ...] = ()
    prestations: tuple[Prestation, ...] = ()
    complements: Mapping[str, Complement] = field(default_factory=dict)

    def complete(self, prestation: Prestation) -> Complement:
        """What is known besides of a prestation, its structure's where its own says nothing.

        >>> own, behind = Complement(id="p", langues=("nl",)), Complement(id="s", rendez_vous=True)
        >>> one = Prestation(source="x", id="p", nom="Aide", date_maj=date(2026, 1, 1), structure_id="s")
        >>> Annuaire((), (one,), {"p": own, "s": behind}).complete(one).write()
        {'id': 'p', 'langues': ['nl'], 'rendez_vous': True}
        """
        own = self.complements.get(prestation.id, Complement(id=prestation.id))
        behind = self.complements.get(prestation.structure_id)
        if behind is None:
            return own
        missing = {
            part.name: getattr(behind, part.name)
            for part in fields(own)
            if getattr(own, part.name) in (None, ())
        }
        return replace(own, **missing)
