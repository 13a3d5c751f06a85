"""A new schema: what a département writes at the start, from a template that it edits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain, count

from maillage.catalogue.departements import list_all
from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.catalogue.lecture import list_files, list_folders, read_toml
from maillage.catalogue.noms import plier
from maillage.francais import typeset
from maillage.sdaasp.programme.modele import (
    DimensionAccessibilite,
    DimensionTransversale,
    FicheAction,
    OrientationStrategique,
    Programme,
    Schema,
    TerritoireDuSchema,
    Theme,
)

NEUTRE = "neutre"
DOSSIER = "modeles_schema"
ANNEES = range(2015, 2101)
DUREE_MAX = 12


@dataclass(frozen=True, slots=True)
class ThemeDeDepart:
    """A theme of a new schema; ``cle`` is blank where its name makes it."""

    nom: str
    declinable: bool = True
    cle: str = ""


@dataclass(frozen=True, slots=True)
class ModeleDeSchema:
    """What a new schema starts from: a template of the catalogue, or the frame of a schema embedded in it."""

    id: str
    nom: str
    description: str
    source: str
    annees: int
    themes: tuple[ThemeDeDepart, ...]
    dimensions: tuple[str, ...]
    orientations: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Depart:
    """What a département says of its new schema. ``zones``: names of territories it already knows in deficit.

    ``arrondissements``: name by code, none where the département has none.
    """

    departement: str
    nom: str
    debut: int
    fin: int
    arrondissements: Mapping[str, str] = field(default_factory=dict)
    pilotes: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    themes: tuple[ThemeDeDepart, ...] = ()
    dimensions: tuple[str, ...] = ()
    orientations: tuple[str, ...] = ()
    source: str = ""


def list_modeles() -> dict[str, ModeleDeSchema]:
    """Every template by id, the neutral one first.

    >>> list(list_modeles())
    ['neutre', 'nord-2025-2030']
    """
    own = [_read_modele(path) for path in list_files(DOSSIER, ".toml")]
    return {one.id: one for one in [*own, *map(_read_embedded, list_folders("programmes"))]}


def _read_modele(path: str) -> ModeleDeSchema:
    entry = read_toml(path)
    themes = tuple(ThemeDeDepart(t["nom"], t.get("declinable", True), t["cle"]) for t in entry["themes"])
    name = path.removeprefix(f"{DOSSIER}/").removesuffix(".toml")
    lists = (tuple(entry[key]) for key in ("dimensions", "orientations"))
    return ModeleDeSchema(
        name,
        typeset(entry["nom"]),
        typeset(entry["description"]),
        entry["source"],
        entry["annees"],
        themes,
        *lists,
    )


def _read_embedded(name: str) -> ModeleDeSchema:
    """The themes, dimensions and orientations of a published schema, not its territories nor its texts."""
    entry = read_toml(f"programmes/{name}/programme.toml")
    schema = entry["schema"]
    return ModeleDeSchema(
        name,
        schema["nom"],
        "Thèmes, dimensions et orientations de ce schéma publié ; ni ses territoires, ni ses textes.",
        schema["source"],
        schema["fin"] - schema["debut"] + 1,
        tuple(ThemeDeDepart(t["nom"], t.get("declinable", True), t["cle"]) for t in entry["themes"]),
        tuple(d["nom"] for d in entry["dimensions_transversales"]),
        tuple(o["titre"] for o in entry["orientations_strategiques"]),
    )


def propose(modele: str, departement: str, debut: int, arrondissements: Mapping[str, str]) -> Depart:
    """A new schema as the template would have it, for a département and a first year.

    >>> found = propose("neutre", "38", 2027, {"381": "Grenoble"})
    >>> found.nom[-21:], found.fin, found.pilotes[0]
    ('de l’Isère, 2027-2032', 2032, 'Préfecture de l’Isère')

    Raises:
        EntreeInvalide: an unknown template.
    """
    known = list_modeles()
    if modele not in known:
        raise EntreeInvalide(f"Le modèle « {modele} » n’existe pas (possibles : {', '.join(known)}).")
    one, last = known[modele], debut + known[modele].annees - 1
    de_departement = list_all()[departement].de_nom
    title = "Schéma départemental d’amélioration de l’accessibilité des services au public"
    neutre = read_toml(f"{DOSSIER}/{NEUTRE}.toml")
    assemblee = neutre["collectivites"].get(departement, f"Conseil départemental {de_departement}")
    return Depart(
        departement=departement,
        nom=f"{title} {de_departement}, {debut}-{last}",
        debut=debut,
        fin=last,
        arrondissements=arrondissements,
        pilotes=(f"Préfecture {de_departement}", assemblee),
        themes=one.themes,
        dimensions=one.dimensions,
        orientations=one.orientations,
        source=one.source,
    )


def check_depart(depart: Depart) -> tuple[Faute, ...]:
    """Everything that keeps a new schema from being begun.

    >>> [fault.quoi for fault in check_depart(Depart(departement="38", nom="S", debut=2027, fin=2026))]
    ['la dernière année (2026) précède la première (2027)', 'aucun thème']
    """
    faults = []
    if not depart.nom.strip():
        faults.append(Faute("le schéma n’a pas de nom"))
    if depart.debut not in ANNEES or depart.fin not in ANNEES:
        faults.append(Faute(f"une année hors de {ANNEES[0]}-{ANNEES[-1]}"))
    elif depart.fin < depart.debut:
        faults.append(Faute(f"la dernière année ({depart.fin}) précède la première ({depart.debut})"))
    elif depart.fin - depart.debut >= DUREE_MAX:
        faults.append(Faute(f"plus de {DUREE_MAX} ans ; la loi en prévoit six"))
    if not depart.themes:
        faults.append(Faute("aucun thème", que_faire="Gardez-en un au moins."))
    lists = {
        "thème": [theme.nom for theme in depart.themes],
        "dimension": depart.dimensions,
        "orientation": depart.orientations,
        "territoire": depart.zones,
    }
    faults += [
        Faute(f"{what} « {name} » écrit deux fois")
        for what, names in lists.items()
        for name in _repeat(names)
    ]
    return tuple(faults)


def _repeat(names: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    return [name for name in names if (key := plier(name)) in seen or seen.add(key)]  # type: ignore[func-returns-value]


def make_programme(depart: Depart) -> Programme:
    """The programme that begins: its frame, and one fiche a theme, everything in it « à confirmer ».

    Raises:
        EntreeInvalide: with every fault of ``check_depart``.
    """
    if faults := check_depart(depart):
        raise EntreeInvalide("Le schéma ne peut pas commencer ainsi.", faults)
    themes = _make_themes(depart.themes)
    return Programme(
        schema=Schema(
            cle=f"{depart.departement.lower()}-{depart.debut}-{depart.fin}",
            nom=depart.nom.strip(),
            departement=depart.departement,
            debut=depart.debut,
            fin=depart.fin,
            version="En préparation",
            pilotes=depart.pilotes,
        ),
        territoires=(
            *(TerritoireDuSchema(code=code, nom=nom) for code, nom in sorted(depart.arrondissements.items())),
            *(
                TerritoireDuSchema(code=f"zone-{key}", nom=nom, niveau="zone")
                for key, nom in _key_all(depart.zones)
            ),
        ),
        themes=themes,
        dimensions_transversales=tuple(
            DimensionTransversale(cle=key, nom=nom) for key, nom in _key_all(depart.dimensions)
        ),
        dimensions_accessibilite=_list_accessibilite(),
        orientations_strategiques=tuple(
            OrientationStrategique(cle=f"orientation-{rank}", titre=title)
            for rank, title in enumerate(depart.orientations, start=1)
        ),
        fiches=tuple(FicheAction(cle=t.cle, theme=t.cle, titre=t.nom, enjeux=None) for t in themes),
    )


def _make_themes(themes: Iterable[ThemeDeDepart]) -> tuple[Theme, ...]:
    """Keys that the template gives stay; the others come from the names."""
    rows = list(themes)
    taken = {theme.cle for theme in rows if theme.cle}
    return tuple(
        Theme(cle=one.cle or make_key(one.nom, taken), nom=one.nom, ordre=rank, declinable=one.declinable)
        for rank, one in enumerate(rows, start=1)
    )


def _key_all(names: Iterable[str]) -> list[tuple[str, str]]:
    taken: set[str] = set()
    return [(make_key(name, taken), name) for name in names]


def make_key(name: str, taken: set[str]) -> str:
    """A key that reads like a name and that nothing has yet; it is taken then.

    >>> taken = set()
    >>> make_key("L’inclusion numérique", taken), make_key("L'inclusion numérique", taken)
    ('l-inclusion-numerique', 'l-inclusion-numerique-2')
    """
    words = "-".join(plier(name).split())[:60].strip("-") or "sans-nom"
    key = next(one for one in chain([words], (f"{words}-{n}" for n in count(2))) if one not in taken)
    taken.add(key)
    return key


def _list_accessibilite() -> tuple[DimensionAccessibilite, ...]:
    entry = read_toml(f"{DOSSIER}/{NEUTRE}.toml")["dimensions_accessibilite"]
    return tuple(
        DimensionAccessibilite(cle=key, nom=nom, liste=entry["liste"]) for key, nom in entry["noms"].items()
    )
