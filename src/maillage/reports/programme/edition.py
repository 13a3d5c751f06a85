"""The day a document of the programme is made: its cover, who signs it, what its tables stand on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from maillage.catalogue.departements import list_all
from maillage.catalogue.lecture import read_toml
from maillage.francais import accord, jour, typeset
from maillage.reports.rendu.blocs import Couverture, Signatures
from maillage.sdaasp.parcours.etat import find_etat
from maillage.sdaasp.parcours.modele import Parcours
from maillage.sdaasp.programme.modele import Programme, Schema


@dataclass(frozen=True, slots=True)
class Edition:
    """What is known of a programme the day (``le``) a document of it is made.

    ``changements``: how many since it was loaded, null when nobody counts them; ``change_le``: the day of the
    last one, null when none. ``parcours``: its legal course, null when it is not kept. ``tus``: the fields of
    objectives that its reader may not read. ``pilotes``: key of a declinaison → who pilots it by mandate.
    """

    le: date
    changements: int | None = None
    change_le: date | None = None
    parcours: Parcours | None = None
    tus: tuple[str, ...] = ()
    pilotes: Mapping[str, str] = field(default_factory=dict)


def make_cover(programme: Programme, edition: Edition) -> Couverture:
    """Where, when, which version, in what state."""
    schema = programme.schema
    lines = (
        ("Période", f"{schema.debut}-{schema.fin}"),
        ("État", str(find_etat(edition.parcours, schema, edition.le))),
        ("Version", tell_version(schema, edition)),
        ("Document du", jour(edition.le)),
        ("Pilotes du schéma", ", ".join(schema.pilotes)),
        ("Source", schema.source or ""),
    )
    told = tuple((label, typeset(value)) for label, value in lines if value)
    return Couverture(f"Département {name_departement(schema)}", told)


def tell_version(schema: Schema, edition: Edition) -> str:
    """The version as the schema names it, and what was done since.

    >>> schema = Schema(cle="s", nom="S", departement="38", debut=2025, fin=2030, version="Document publié")
    >>> tell_version(schema, Edition(date(2026, 5, 2), 2, date(2026, 5, 1))).replace(chr(160), " ")
    'Document publié, modifié depuis : 2 changements, le dernier le 1er mai 2026'
    """
    if not edition.changements or edition.change_le is None:
        return schema.version
    count = accord(edition.changements, "changement")
    return f"{schema.version}, modifié depuis : {count}, le dernier le {jour(edition.change_le)}"


def make_signatures(programme: Programme, edition: Edition) -> Signatures:
    """Who signs: those whom the course names, with their day; else the pilots; else the two of the law."""
    if edition.parcours and edition.parcours.signatures:
        return Signatures(tuple((one.nom, _tell_signed(one.signe_le)) for one in edition.parcours.signatures))
    return Signatures(tuple((name, "") for name in programme.schema.pilotes or _name_two(programme.schema)))


def _name_two(schema: Schema) -> tuple[str, str]:
    """The préfet, and who presides over the assembly that acts as conseil départemental."""
    of, other = name_departement(schema), read_toml("signataires.toml")["sans_conseil_departemental"]["codes"]
    if schema.departement in other:
        return f"Le préfet {of}", "Le président de l’assemblée qui exerce les compétences du département"
    return f"Le préfet {of}", f"Le président du conseil départemental {of}"


def name_departement(schema: Schema) -> str:
    """« du Nord », « de l’Isère »; its code when the Code officiel géographique has no such département."""
    known = list_all().get(schema.departement)
    return known.de_nom if known else schema.departement


def _tell_signed(day: date | None) -> str:
    return "" if day is None else f"Signé le {jour(day)}"


def tell_source(programme: Programme, edition: Edition, sections: Iterable[str | None] = ()) -> str:
    """What a table of the programme stands on: the published text and its sections, the day it was read."""
    schema = programme.schema
    told = list(dict.fromkeys(section for section in sections if section))
    parts = (schema.source or schema.nom, *told, f"programme au {jour(edition.le)}")
    return typeset(f"Source : {' ; '.join(parts)}.")
