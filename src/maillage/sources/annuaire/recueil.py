"""What every reader fills: records checked one by one, faults with their row, what stays unsure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any, Final

from maillage.annuaire.fiche import Annuaire, Complement, Prestation, Structure
from maillage.annuaire.ouverture import find_departement
from maillage.annuaire.regles import check
from maillage.catalogue.annuaire import FormatAnnuaire, OffreReseau, find_themes, list_formats
from maillage.catalogue.codes_postaux import list_postcodes
from maillage.catalogue.erreurs import Faute
from maillage.catalogue.noms import present_code, serrer
from maillage.horaires.semaine import is_readable
from maillage.sources.base import compute_sha256
from maillage.sources.lecture import DATE_DU_NOM

Communes = Mapping[tuple[str, str], str]
"""(département, name as ``serrer`` writes it) → code: see ``sources.rattachement.index_communes``."""

SANS_COMMUNE: Final = "La commune n’a pas pu être rattachée à un code."
CORSE: Final = ("2A", "2B")
ILLISIBLES: Final = "Les horaires ne suivent pas la norme et n’ont pas pu être lus."
BALISE: Final = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class LectureAnnuaire:
    """What a reader gives of a file.

    ``fautes``: what was left out and why, with the row (the n-th record, or the row of the sheet).
    ``incertain``: what the format leaves unsure of every record; of one record, its complement says it.
    ``ailleurs``: records of other départements than the one asked for (``departement``), left out.
    ``empreinte``: SHA-256 of the file.
    """

    format: str
    fichier: str
    annuaire: Annuaire
    fautes: tuple[Faute, ...] = ()
    incertain: tuple[str, ...] = ()
    ailleurs: int = 0
    empreinte: str = ""
    departement: str | None = None

    def write(self) -> dict[str, Any]:
        """The records in the shape of data·inclusion v1, and what a schéma needs besides."""
        return write_annuaire(self.annuaire) | {
            "fautes": [
                {"quoi": one.quoi, "fichier": one.fichier, "ligne": one.ligne, "colonne": one.colonne,
                 "que_faire": one.que_faire}
                for one in self.fautes
            ],
            "incertain": {
                "format": list(self.incertain),
                "fiches": {
                    one.id: list(one.incertain) for one in self.annuaire.complements.values() if one.incertain
                },
            },
        }  # fmt: skip


def write_annuaire(annuaire: Annuaire) -> dict[str, Any]:
    """A directory as JSON: ``structures`` and ``services`` of data·inclusion v1, ``complements`` beside them.

    Read again, it is equal to it.
    """
    return {
        "structures": [one.write() for one in annuaire.structures],
        "services": [one.write() for one in annuaire.prestations],
        "complements": [annuaire.complements[key].write() for key in sorted(annuaire.complements)],
    }


@dataclass
class Recueil:
    """Takes the records of one file, one by one; ``departement``: the only one kept, null for all."""

    path: Path
    format: str
    departement: str | None = None
    communes: Communes = field(default_factory=dict)
    fautes: list[Faute] = field(default_factory=list)
    structures: dict[str, Structure] = field(default_factory=dict)
    prestations: dict[str, Prestation] = field(default_factory=dict)
    complements: dict[str, Complement] = field(default_factory=dict)
    refusees: set[str] = field(default_factory=set)
    eloignees: set[str] = field(default_factory=set)

    @property
    def entree(self) -> FormatAnnuaire:
        """The catalogue's entry of the format."""
        return list_formats()[self.format]

    def fail(
        self, quoi: str, ligne: int | None = None, colonne: str | None = None, que_faire: str | None = None
    ) -> None:
        """One fault."""
        self.fautes.append(Faute(quoi, self.path.name, ligne, colonne, que_faire))

    def add_structure(self, told: dict[str, Any], ligne: int, **more: Any) -> bool:
        """A structure and its complement (``more``, null and empty left out); whether it was taken."""
        told = self.place(trim(told), more)
        ident = str(told.get("id"))
        if self.is_elsewhere(told):
            self.eloignees.add(ident)
            return False
        if not self.accept("structures", self.structures, told, ligne):
            self.refusees |= {ident} - self.structures.keys()
            return False
        self.structures[ident] = Structure.read(told)
        self.complete(ident, told, more)
        return True

    def add_prestation(self, told: dict[str, Any], ligne: int, **more: Any) -> bool:
        """A prestation and its complement; one of a refused structure is refused with it."""
        told = self.place(trim(told), more)
        behind = str(told.get("structure_id"))
        if behind in self.eloignees or (behind not in self.structures and self.is_elsewhere(told)):
            return False
        if behind in self.refusees:
            self.fail(f"sa structure « {behind} » a été refusée", ligne, "structure_id")
            return False
        if not self.accept("services", self.prestations, told, ligne):
            return False
        self.prestations[str(told["id"])] = one = Prestation.read(told)
        more["themes"] = more.get("themes") or find_themes(one.thematiques or ())
        self.complete(str(told["id"]), told, more)
        return True

    def add_offre(self, offre: OffreReseau, structure: str, ligne: int) -> None:
        """What a network offers by its nature, at a structure that was taken."""
        if (behind := self.structures.get(structure)) is None:
            return
        told = {
            "source": behind.source,
            "id": f"{structure}--{offre.id.replace('_', '-')}",
            "structure_id": structure,
            "date_maj": behind.date_maj.isoformat(),
            "modes_accueil": ["en-presentiel"],
            "mobilisable_par": ["usagers"],
            **{name: getattr(offre, name) for name in ("nom", "type", "description", "frais")},
            **{name: sorted(getattr(offre, name)) for name in ("thematiques", "publics")},
            **{
                name: getattr(behind, name)
                for name in ("commune", "code_postal", "code_insee", "adresse", "complement_adresse",
                             "longitude", "latitude", "telephone", "courriel", "horaires_accueil")
            },
        }  # fmt: skip
        own = self.format in offre.formats  # the format says it of all
        unsure = () if own else (f"Ce qui est offert vient du type de guichet : {offre.source}.",)
        self.add_prestation(told, ligne, fonctions=offre.fonctions, themes=offre.themes, incertain=unsure)

    def place(self, told: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
        """The record under the present code of its commune; what could not be tied is said unsure."""
        code = told.get("code_insee")
        if isinstance(code, str) and present_code(code) != code:
            told["code_insee"] = present_code(code)
            note = f"La commune {code} est aujourd’hui {told['code_insee']}."
            more["incertain"] = (*more.get("incertain", ()), note)
        elif not code and (told.get("code_postal") or told.get("commune")):
            found = find_commune(told.get("code_postal"), told.get("commune"), self.communes)
            told |= {"code_insee": found} if found else {}
            if not found:
                more["incertain"] = (*more.get("incertain", ()), SANS_COMMUNE)
        hours = told.get("horaires_accueil")
        if isinstance(hours, str) and not is_readable(hours):
            more["incertain"] = (*more.get("incertain", ()), ILLISIBLES)
        return told

    def is_elsewhere(self, told: Mapping[str, Any]) -> bool:
        """Whether a record is of another département than the one asked for; unknown is not."""
        if self.departement is None:
            return False
        code, postcode = told.get("code_insee"), told.get("code_postal")
        found = find_departement(code if isinstance(code, str) else None, str(postcode) if postcode else None)
        if not found and str(postcode or "").startswith("20"):
            return self.departement not in CORSE
        return found not in {"", self.departement}

    def accept(self, liste: str, taken: Mapping[str, object], told: dict[str, Any], ligne: int) -> bool:
        """Whether a record is valid and new; its faults are kept."""
        found = check(liste, told, self.path.name, ligne)
        if not found and told["id"] in taken:
            quoi = f"l’identifiant « {told['id']} » est déjà celui d’une autre fiche"
            found = (Faute(quoi, self.path.name, ligne, "id", "Gardez-en une, ou changez-en une."),)
        self.fautes.extend(found)
        return not found

    def complete(self, ident: str, told: Mapping[str, Any], more: Mapping[str, Any]) -> None:
        """The complement of a record that was taken: what is known of it, nothing when nothing is."""
        known = {name: value for name, value in more.items() if value not in (None, (), [])}
        if known:
            before = self.complements.get(ident, Complement(id=ident))
            lists = {name: tuple(value) for name, value in known.items() if isinstance(value, list)}
            self.complements[ident] = replace(before, **(known | lists))

    def read_date(self) -> tuple[str, str]:
        """The day of a file whose rows have none (its name's, else its last change's), and a word on it."""
        if found := DATE_DU_NOM.search(self.path.stem):
            year, month = found.groups()
            return f"{year}-{month or '01'}-01", "La date est celle du nom du fichier."
        changed = datetime.fromtimestamp(self.path.stat().st_mtime, UTC).date()
        return changed.isoformat(), "La date est celle du fichier reçu, faute d’autre."

    def finish(self) -> LectureAnnuaire:
        """Everything that was taken, in the order of the file."""
        kept = self.structures.keys() | self.prestations.keys()
        return LectureAnnuaire(
            self.format,
            self.path.name,
            Annuaire(
                tuple(self.structures.values()),
                tuple(self.prestations.values()),
                {key: one for key, one in self.complements.items() if key in kept},
            ),
            tuple(self.fautes),
            self.entree.incertain,
            len(self.eloignees),
            compute_sha256(self.path),
            self.departement,
        )


def trim(told: Mapping[str, Any]) -> dict[str, Any]:
    """A record without what says nothing; texts stripped; dates as text.

    >>> trim({"nom": " CCAS ", "siret": "", "publics": [], "frais": None})
    {'nom': 'CCAS'}
    """
    known = {name: write_plain(value) for name, value in told.items()}
    return {name: value for name, value in known.items() if value not in (None, "", [], ())}


def write_plain(value: Any) -> Any:
    """A value as JSON has it; a number that is none, null."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, float) and value != value:  # noqa: PLR0124 - NaN
        return None
    if isinstance(value, (date, datetime)):
        return value.isoformat()[:10]
    if isinstance(value, (tuple, set, frozenset)):
        return sorted(value)
    return value


def find_commune(postcode: object, name: object, communes: Communes) -> str | None:
    """The commune of a postcode and a name: by its name in the département, else the postcode's only one.

    >>> find_commune("59350", "Saint-André-lez-Lille", {}), find_commune("59740", "Solre-le-Château", {})
    ('59527', None)
    >>> find_commune("59740", "SOLRE LE CHATEAU", {("59", "solrelechateau"): "59572"})
    '59572'
    """
    departement = find_departement(None, str(postcode) if postcode else None)
    if isinstance(name, str) and (code := communes.get((departement, serrer(name)))):
        return code
    known = index_postcodes().get(str(postcode), [])
    return known[0] if len(known) == 1 else None


@cache
def index_postcodes() -> dict[str, list[str]]:
    """Postcode → its communes."""
    found: dict[str, list[str]] = {}
    for code, posts in list_postcodes().items():
        for post in posts:
            found.setdefault(post, []).append(code)
    return found


def make_id(source: str, *parts: str | None) -> str:
    """An id out of what tells a record from another, for lists that have none.

    >>> make_id("france-travail", "Agence", "1 rue X") == make_id("france-travail", "AGENCE ", "1 rue x")
    True
    """
    bare = "|".join(" ".join((part or "").casefold().split()) for part in parts)
    return f"{source}--{hashlib.sha256(bare.encode()).hexdigest()[:16]}"


def plain_text(text: object) -> str | None:
    """HTML as text; nothing, null.

    >>> plain_text("<p>Accueil &amp; aide</p><p>Gratuit</p>")
    'Accueil & aide Gratuit'
    """
    if not isinstance(text, str):
        return None
    return " ".join(unescape(BALISE.sub(" ", text)).split()) or None


def web_address(text: object) -> str | None:
    """An address of the web, "https://" added where only the name was written.

    >>> web_address("www.lenord.fr"), web_address("https://lenord.fr"), web_address(" ")
    ('https://www.lenord.fr', 'https://lenord.fr', None)
    """
    bare = text.strip() if isinstance(text, str) else ""
    if not bare:
        return None
    return bare if re.match(r"https?://", bare, re.IGNORECASE) else f"https://{bare}"


def describe(text: str | None) -> str | None:
    """A description that the schema takes: five characters at least, ten thousand at most."""
    return None if text is None or len(text) < 5 else text[:10_000]


def name_fit(text: object) -> str | None:
    """A name that the schema takes: 150 characters at most, cut at a word, without a final dot."""
    if not isinstance(text, str):
        return None
    bare = " ".join(text.split())
    if len(bare) > 150:
        bare = bare[:149].rsplit(" ", 1)[0] + "…"
    return bare if bare.endswith("etc.") else bare.rstrip(".")


def number(value: object) -> float | None:
    """A coordinate, written as a number or as text.

    >>> number("50,25"), number(3.1), number("x")
    (50.25, 3.1, None)
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        found = float(str(value).strip().replace(",", "."))
    except ValueError:
        return None
    return found if abs(found) <= 180 else None


def join(parts: Iterable[object], sep: str = " ") -> str | None:
    """The texts that say something, put together; null when none does."""
    return sep.join(" ".join(str(part).split()) for part in parts if part not in (None, "")) or None
