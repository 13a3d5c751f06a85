"""Speeds, access and penalties by mode of travel, as the road network of OpenStreetMap needs them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.lecture import read_toml

FILE = "vitesses.toml"
VERDICTS = ("oui", "riverains", "a_la_main", "non", "sans_avis")


@dataclass(frozen=True)
class Milieu:
    """How a road is known to run through a built-up area; lengths in metres."""

    classes_de_rue: frozenset[str]
    classes_jamais: frozenset[str]
    cellule_m: float
    cellules_du_bloc: int
    longueur_de_rues_m: float


@dataclass(frozen=True)
class Facade:
    """Ways without frontage: a value of ``cles`` not ``ordinaires``, one of ``valeurs``, a low level."""

    cles: tuple[str, ...]
    ordinaires: frozenset[str]
    valeurs: Mapping[str, list[str]]
    niveau_min: float


@dataclass(frozen=True)
class Limites:
    """Legal limits in km/h: by tag value, by class, and by surroundings where nothing is written.

    ``par_valeur``, ``par_contexte`` (what follows a country's code), ``sans_valeur`` and ``sans_limite`` are
    in lower case. ``plafonds``: no class drives faster whatever is written, ``plafond_autres``: the others.
    """

    par_valeur: Mapping[str, float]
    par_contexte: Mapping[str, float]
    sans_valeur: frozenset[str]
    sans_limite: frozenset[str]
    classes_sans_limite: frozenset[str]
    par_classe: Mapping[str, float]
    plafonds: Mapping[str, float]
    plafond_autres: float
    en_agglomeration: float
    hors_agglomeration: float
    deux_chaussees: float


@dataclass(frozen=True)
class Carrefours:
    """Seconds lost at crossings, by rule ("feu", "stop", "gauche"…); a turn is dear between ``classes``.

    ``importance``: classes from the greatest down, links aside, the first ``n_classes`` being those of turns;
    ``tout_droit_deg``: up to this angle (≤) one drives straight on.
    """

    secondes: Mapping[str, float]
    importance: tuple[str, ...]
    n_classes: int
    tout_droit_deg: float

    @property
    def turns(self) -> bool:
        """Whether turning costs something."""
        return any(self.secondes[turn] > 0 for turn in ("gauche", "droite", "demi_tour"))

    def rank(self, highway: str) -> int:
        """The place of a class in ``importance``, links as their class; past the end when it is not there."""
        name = highway.removesuffix("_link")
        return self.importance.index(name) if name in self.importance else len(self.importance)


@dataclass(frozen=True)
class Mode:
    """One mode of travel. Speeds in km/h by class; ``sur_autorisation``: open only by an explicit tag.

    ``acces``: what each value of an access key means ("oui", "riverains", "a_la_main", "non", "sans_avis").
    ``barrieres_ouvertes``: those that let the mode through; ``barrieres_connues``: all that the table holds.
    ``autre_kmh``: a class that no list names, opened by a precise key; ``inexistantes``: never opened;
    ``refus``: keys whose "no" closes, whatever those of access say. ``moment``: the hour that the mode stands
    for, written as opening hours ("" for none): rules by hour are applied as they are then.
    ``carrefours``: what is lost at crossings, None where they cost nothing.
    ``a_la_main_kmh``: a vehicle that is pushed (0: it cannot be); ``allure_maximale``: classes whose speed no
    written limit raises.
    """

    id: str
    nom: str
    reseau: str
    cles: tuple[str, ...]
    acces: Mapping[str, str]
    sens: tuple[str, ...]
    sens_implicite: bool
    contresens_cyclable: bool
    classes_a_sens_unique: frozenset[str]
    voie_rapide: bool
    surfaces: bool
    sans_riverain: frozenset[str]
    limite_legale: bool
    part_de_limite: float
    interdictions_de_tourner: tuple[str, ...]
    barrieres_ouvertes: frozenset[str]
    barrieres_connues: frozenset[str]
    autre_kmh: float
    a_la_main_kmh: float
    allure_maximale: frozenset[str]
    inexistantes: frozenset[str]
    feu_s: float
    acces_kmh: float
    acces_max_m: float
    facteur_bati: float
    facteur_hors_bati: float
    ouvertes: Mapping[str, float]
    sur_autorisation: Mapping[str, float]
    ilot_min_km: float
    limites: Limites
    milieu: Milieu
    facade: Facade
    refus: tuple[str, ...] = ()
    moment: str = ""
    carrefours: Carrefours | None = None


def list_modes() -> tuple[str, ...]:
    """Every mode, in the catalogue's order.

    >>> list_modes()
    ('voiture', 'voiture_pointe', 'velo', 'marche', 'fauteuil')
    """
    return tuple(read_toml(FILE)["modes"])


def load_mode(mode: str) -> Mode:
    """One mode; ``voiture_pointe`` runs on the roads of ``voiture``, slower.

    >>> load_mode("voiture_pointe").reseau, load_mode("marche").ouvertes["steps"]
    ('voiture', 5)
    """
    toml = read_toml(FILE)
    if mode not in toml["modes"]:
        raise EntreeInvalide(f"Mode inconnu : « {mode} ». Choisissez parmi : {', '.join(list_modes())}.")
    entry = toml["modes"][mode]
    reseau = entry.get("comme", mode)
    merged = toml["modes"][reseau] | entry | {"id": mode, "reseau": reseau}
    barriers = {group: values for group, values in toml["barrieres"].items() if group != "source"}
    fields = {name: _freeze(merged[name]) for name in Mode.__annotations__ if name in merged}
    fields |= {name: tuple(merged[name]) for name in ("cles", "sens", "interdictions_de_tourner")}
    return Mode(
        **fields
        | {
            "acces": {value: verdict for verdict in VERDICTS for value in toml["acces"][verdict]},
            "barrieres_ouvertes": frozenset(v for group in merged["barrieres"] for v in barriers[group]),
            "barrieres_connues": frozenset(v for values in barriers.values() for v in values),
            "inexistantes": frozenset([*toml["inexistantes"]["classes"], *merged.get("fermees", ())]),
            "refus": tuple(merged.get("refus", ())),
            "ilot_min_km": toml["ilots"]["longueur_min_km"],
            "limites": load_limites(),
            "milieu": load_milieu(),
            "facade": load_facade(),
        }
    )


def with_crossing_costs(mode: Mode, *, applied: bool | None = None) -> Mode:
    """The mode with or without costs at crossings; as the catalogue has it by default unless said.

    >>> with_crossing_costs(load_mode("voiture_pointe"), applied=True).carrefours.secondes["feu"]
    10
    """
    toml = read_toml(FILE)["carrefours"]
    if not (toml["appliques"] if applied is None else applied):
        return replace(mode, carrefours=None)
    return replace(
        mode,
        carrefours=Carrefours(
            secondes=toml[mode.reseau],
            importance=tuple(toml["importance"]),
            n_classes=toml["importance"].index(toml["derniere_classe"]) + 1,
            tout_droit_deg=toml["tout_droit_deg"],
        ),
    )


def load_rule_labels() -> dict[str, str]:
    """What each cost at a crossing is called.

    >>> load_rule_labels()["feu"]
    'feu tricolore'
    """
    labels: dict[str, str] = read_toml(FILE)["carrefours"]["libelles"]
    return labels


def _freeze(value: Any) -> Any:
    return frozenset(value) if isinstance(value, list) else value


def load_limites() -> Limites:
    """The legal limits."""
    toml = read_toml(FILE)
    words, default, most = toml["limites_mots"], toml["limites_par_defaut"], toml["limites_au_plus"]
    return Limites(
        par_valeur=_fold(toml["limites"] | toml["limites_voisins"]) | words["mots"],
        par_contexte=_fold(toml["limites_contextes"]),
        sans_valeur=frozenset(words["sans_valeur"]),
        sans_limite=frozenset(words["sans_limite"]),
        classes_sans_limite=frozenset(words["classes_sans_limite"]),
        par_classe=default["classes"],
        plafonds=most["classes"],
        plafond_autres=most["autres"],
        **{name: default[name] for name in ("en_agglomeration", "hors_agglomeration", "deux_chaussees")},
    )


def _fold(table: Mapping[str, Any]) -> dict[str, float]:
    """A table of speeds, its keys in lower case, without its source."""
    return {key.lower(): kmh for key, kmh in table.items() if key != "source"}


def load_milieu() -> Milieu:
    """The rule of the built-up area."""
    entry = {key: _freeze(value) for key, value in read_toml(FILE)["milieu_bati"].items() if key != "source"}
    return Milieu(**entry)


def load_facade() -> Facade:
    """Which ways serve nobody beside them."""
    entry = read_toml(FILE)["facade"]
    ordinary = frozenset(entry["ordinaires"])
    return Facade(tuple(entry["cles"]), ordinary, entry["valeurs"], entry["niveau_min"])
