"""Profiles of deficit: explicit rules, as data."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.catalogue.lecture import list_files, read_toml
from maillage.diagnostic.paliers import Palier

DOSSIER = "profils_deficit"
BORNES = ("intensite", "robustesse")
CHAMPS = ("nom", "motifs", "source", "confirme")


@dataclass(frozen=True)
class Critere:
    """One indicator against a threshold: ``seuil`` in its unit, or ``ratio`` × the département's own figure.

    ``au_dela``: strictly above is worse; else strictly below.
    """

    indicateur: str
    au_dela: bool
    poids: float
    seuil: float | None = None
    ratio: float = 1.0

    def threshold(self, reference: Mapping[str, float]) -> float:
        """The threshold, in the indicator's unit; NaN when it depends on a figure that is unknown."""
        if self.seuil is not None:
            return self.seuil
        return self.ratio * reference.get(self.indicateur, float("nan"))


@dataclass(frozen=True)
class Motif:
    """A reason to be in deficit.

    Criteria past their threshold weigh at least ``part_requise`` of those known; those known weigh at least
    ``part_connue`` of all.
    """

    id: str
    nom: str
    part_requise: float
    part_connue: float
    criteres: tuple[Critere, ...]


@dataclass(frozen=True)
class Profil:
    """A rule: in deficit when in one motif at least. Its note says where it comes from.

    ``paliers``: the most serious first; the last takes the rest of the list. ``departements``: those whose
    own rule it is, used there unless another is asked for; ``par_defaut``: the rule of all the others, or
    ``transports`` for an atlas that has timetables.
    """

    id: str
    nom: str
    motifs: tuple[Motif, ...]
    source: str
    note: str
    confirme: bool
    par_defaut: bool
    departements: tuple[str, ...]
    paliers: tuple[Palier, ...]
    transports: bool = False

    @property
    def criteres(self) -> tuple[Critere, ...]:
        """Every criterion, motif after motif."""
        return tuple(critere for motif in self.motifs for critere in motif.criteres)


def make_profil(name: str, entry: Mapping[str, Any]) -> Profil:
    """A profile from its data; raises ``EntreeInvalide`` with every fault found."""
    fautes = tuple(check_profil(name, entry))
    if fautes:
        raise EntreeInvalide(f"Le profil de déficit « {name} » ne peut pas être lu.", fautes)
    return Profil(
        name,
        entry["nom"],
        tuple(make_motif(motif) for motif in entry["motifs"]),
        entry["source"],
        entry.get("note", ""),
        entry["confirme"],
        entry.get("par_defaut", False),
        tuple(entry.get("departements", ())),
        tuple(Palier(**tier) for tier in list_tiers(entry)),
        entry.get("transports", False),
    )


def list_tiers(entry: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The tiers of a rule, or those of the default rule when it draws none."""
    default = next(rule for rule in read_rules().values() if rule.get("par_defaut"))
    tiers: list[dict[str, Any]] = entry.get("paliers", default["paliers"])["bornes"]
    return tiers


@cache
def read_rules() -> dict[str, dict[str, Any]]:
    """Every rule of the catalogue by id, as written; a file holds one."""
    return {name: rule for path in list_files(DOSSIER, ".toml") for name, rule in read_toml(path).items()}


def make_motif(entry: Mapping[str, Any]) -> Motif:
    """A motif from its data, already checked."""
    criteres = tuple(
        Critere(
            critere["indicateur"],
            critere["au_dela"],
            critere["poids"],
            critere.get("seuil"),
            critere.get("ratio", 1.0),
        )
        for critere in entry["criteres"]
    )
    return Motif(entry["id"], entry["nom"], entry["part_requise"], entry["part_connue"], criteres)


def check_profil(name: str, entry: Mapping[str, Any]) -> list[Faute]:
    """Everything wrong with a profile."""
    missing = [field for field in CHAMPS if entry.get(field, "") == "" or entry[field] == []]
    faults = [
        Faute(f"le champ « {field} » manque", DOSSIER, que_faire=f"Ajoutez-le à « {name} ».")
        for field in missing
    ]
    motifs = entry.get("motifs", [])
    if not isinstance(motifs, list) or not all(isinstance(motif, Mapping) for motif in motifs):
        return [*faults, Faute("« motifs » doit être une suite de [[profil.motifs]]", DOSSIER)]
    for motif in motifs:
        faults += check_motif(motif)
    return faults + (check_tiers(entry["paliers"]) if "paliers" in entry else [])


def check_tiers(paliers: object) -> list[Faute]:
    """Everything wrong with tiers: fields, bounds, the last one open, no tier looser than a later one.

    >>> alone = {"bornes": [{"id": "a", "nom": "A", "intensite": 0.5, "robustesse": 0.0}]}
    >>> [fault.quoi for fault in check_tiers(alone)]
    ['le dernier palier doit prendre tout le reste : intensite = 0 et robustesse = 0']
    """
    tiers = paliers.get("bornes") if isinstance(paliers, Mapping) else None
    if not isinstance(tiers, list) or not tiers or not all(isinstance(tier, Mapping) for tier in tiers):
        advice = "Partez du modèle : maillage catalogue profil."
        return [Faute("« paliers » doit porter une suite de « bornes »", DOSSIER, que_faire=advice)]
    faults = [fault for tier in tiers for fault in check_tier(tier)]
    if faults:
        return faults
    if any(tiers[-1][field] != 0 for field in BORNES):
        faults.append(
            Faute("le dernier palier doit prendre tout le reste : intensite = 0 et robustesse = 0", DOSSIER)
        )
    for field in BORNES:
        values = [tier[field] for tier in tiers]
        if values != sorted(values, reverse=True):
            faults.append(Faute(f"« {field} » doit descendre d'un palier au suivant", DOSSIER))
    return faults


def check_tier(tier: Mapping[str, Any]) -> list[Faute]:
    """Everything wrong with one tier."""
    place = f"{DOSSIER} (palier « {tier.get('id', '?')} »)"
    names = [
        Faute(f"le champ « {field} » manque", place)
        for field in ("id", "nom")
        if not isinstance(tier.get(field), str) or not tier[field]
    ]
    bounds = [
        Faute(f"« {field} » doit être un nombre de 0 à 1", place)
        for field in BORNES
        if not is_number(tier.get(field)) or not 0 <= tier[field] <= 1
    ]
    unknown = sorted(set(tier) - {"id", "nom", *BORNES})
    return [*names, *bounds, *(Faute(f"champ « {field} » inconnu", place) for field in unknown)]


def check_motif(motif: Mapping[str, Any]) -> list[Faute]:
    """Everything wrong with a motif."""
    place = f"{DOSSIER} (motif « {motif.get('id', '?')} »)"
    faults = [Faute(f"le champ « {field} » manque", place) for field in ("id", "nom") if not motif.get(field)]
    faults += [
        Faute(f"« {field} » doit être un nombre entre 0 et 1", place)
        for field in ("part_requise", "part_connue")
        if not is_number(motif.get(field)) or not 0 < motif[field] <= 1
    ]
    if not motif.get("criteres"):
        faults.append(Faute("aucun critère", place, que_faire="Donnez-en au moins un."))
    for critere in motif.get("criteres", []):
        faults += check_critere(critere, place)
    return faults


def check_critere(critere: Mapping[str, Any], place: str) -> list[Faute]:
    """Everything wrong with a criterion."""
    name = critere.get("indicateur")
    faults = [] if name else [Faute("un critère n'a pas d'« indicateur »", place)]
    if not isinstance(critere.get("au_dela"), bool):
        faults.append(Faute(f"« au_dela » de « {name} » doit être true ou false", place))
    if not is_number(critere.get("poids")) or not critere["poids"] > 0:
        faults.append(Faute(f"le poids de « {name} » doit être positif", place))
    if ("seuil" in critere) == ("reference" in critere):
        advice = 'Écrivez « seuil = 0.1 » ou « reference = "departement" ».'
        wrong = f"« {name} » doit avoir un seuil ou une référence, et un seul"
        faults.append(Faute(wrong, place, que_faire=advice))
    faults += [
        Faute(f"« {field} » de « {name} » doit être un nombre", place)
        for field in ("seuil", "ratio")
        if field in critere and not is_number(critere[field])
    ]
    return faults


def is_number(value: object) -> bool:
    """Whether a value is a number; true and false are not.

    >>> is_number(0.1), is_number(True), is_number("0,1")
    (True, False, False)
    """
    return isinstance(value, int | float) and not isinstance(value, bool)


def read_profil(text: str, fichier: str) -> tuple[str, dict[str, Any]]:
    """The one rule of a département's file (TOML): its id and its entry, checked whole.

    Raises:
        EntreeInvalide: not TOML, not exactly one rule, or every fault of the rule.
    """
    try:
        rules = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        advice = "Partez du modèle : maillage catalogue profil."
        faute = Faute(f"écriture illisible ({error})", fichier, que_faire=advice)
        raise EntreeInvalide(f"Le profil {fichier} ne peut pas être lu.", (faute,)) from error
    if len(rules) != 1 or not all(isinstance(rule, dict) for rule in rules.values()):
        advice = "Un fichier porte un seul profil, sous un titre entre crochets : [mon_departement]."
        faute = Faute(f"{len(rules)} profils au lieu d'un", fichier, que_faire=advice)
        raise EntreeInvalide(f"Le profil {fichier} ne peut pas être lu.", (faute,))
    ((name, rule),) = rules.items()
    make_profil(name, rule)
    return name, rule


@cache
def load_profils() -> dict[str, Profil]:
    """Every profile of the catalogue by id."""
    return {name: make_profil(name, entry) for name, entry in read_rules().items()}


def default_profil(departement: str | None = None, *, transports: bool = False) -> Profil:
    """The profile used unless another is asked for: the département's own, else the neutral one.

    ``transports``: whether the atlas has timetables; the neutral rule then reads what they give.

    >>> default_profil("59").id, default_profil("38").id, default_profil("38", transports=True).id
    ('sdaasp_nord_2025', 'neutre', 'neutre_transports')
    """
    rules = load_profils().values()
    own = (profil for profil in rules if departement in profil.departements)
    neutral = (profil for profil in rules if (profil.transports if transports else profil.par_defaut))
    return next(own, None) or next(neutral)


def choose_profil(parametres: Mapping[str, Any]) -> Profil:
    """The rule of the parameters of an atlas: the département's own (``regle``), else one of the catalogue.

    A rule that the catalogue no longer holds is answered by the neutral one.
    """
    name, rule = str(parametres.get("profil", "")), parametres.get("regle")
    return make_profil(name, rule) if rule else load_profils().get(name, default_profil())
