"""A table that a partner gives, tried on the atlas: what each row would propose, every fault at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from maillage.catalogue.complements import AJOUT, POSITION, PREFIXE, get_reglage, parse_position
from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.sources.propositions import ChampLu, TableauLu, read_tableau
from maillage.web.carte.lieu import find_code
from maillage.web.complements.commands import ChampDit, make_ajout
from maillage.web.complements.lieux import LieuConnu, find_arrondissement, find_lieu, find_themes
from maillage.web.socle.atlas import AtlasOuvert

FORMATS: Final = (".csv", ".ods", ".xlsx")
JOUR: Final = len("2026-03-31")


@dataclass(frozen=True)
class EssaiTableau:
    """What a file would propose; ``identiques``: fields that say what the list says already."""

    fichier: str
    modele: str
    lignes: tuple[ChampDit, ...]
    identiques: int
    avertissements: tuple[str, ...]


def read_upload(atlas: AtlasOuvert, noms: Mapping[str, str], upload: Any) -> EssaiTableau:
    """The lines of a file that was given; nothing of it is kept.

    Raises:
        EntreeInvalide: with every fault of the file, and of what it says of places.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / Path(upload.name).name
        path.write_bytes(upload.read())
        told = read_tableau(path)
    return compare(atlas, noms, told, path.name)


@dataclass(frozen=True)
class SiteDit:
    """A place that a file names: the atlas's, or one to add (``ident``) in a commune, empty when unknown."""

    connu: LieuConnu | None
    ident: str
    commune: str


def compare(atlas: AtlasOuvert, noms: Mapping[str, str], told: TableauLu, fichier: str) -> EssaiTableau:
    """What a table says, against what the lists say."""
    most = get_reglage("lignes_par_fichier")
    faults = []
    if len(told.champs) > most:
        faults.append(Faute(f"plus de {most} champs remplis", fichier, que_faire="Découpez le fichier."))
    sites = gather_sites(atlas, told.champs)
    lines, same = [], 0
    for one in list_champs_dits(told.champs, sites):
        site = sites[one.id]
        if fault := find_fault(atlas, told.modele, one, site):
            faults.append(Faute(fault, fichier, one.ligne or None, "id"))
        elif line := make_line(atlas, noms, one, site):
            lines.append(line)
        else:
            same += 1
    if faults:
        message = f"Le fichier {fichier} est refusé : rien n’est proposé."
        raise EntreeInvalide(message, tuple(dict.fromkeys(faults)))
    said = tuple(str(fault) for fault in told.avertissements)
    return EssaiTableau(fichier, told.modele, tuple(lines), same, said)


def gather_sites(atlas: AtlasOuvert, champs: Iterable[ChampLu]) -> dict[str, SiteDit]:
    """Id of the file → its place; the commune of one to add is told, else that of its point."""
    found: dict[str, SiteDit] = {}
    for one in champs:
        site = found.get(one.id) or SiteDit(find_lieu(atlas, one.id), make_ajout(), one.code_insee)
        if not site.commune and one.champ == POSITION:
            site = replace(site, commune=find_code(atlas, "commune", *parse_position(one.valeur)) or "")
        found[one.id] = replace(site, commune=one.valeur) if one.champ == AJOUT else site
    return found


def list_champs_dits(champs: Sequence[ChampLu], sites: Mapping[str, SiteDit]) -> Iterator[ChampLu]:
    """The fields, and that of its addition for a place to add whose file gives its point alone."""
    added = {one.id for one in champs if one.champ == AJOUT}
    for one in champs:
        site = sites[one.id]
        if site.connu is None and one.id not in added and site.commune:
            added.add(one.id)
            yield replace(one, champ=AJOUT, valeur=site.commune)
        yield one


def find_fault(atlas: AtlasOuvert, modele: str, one: ChampLu, site: SiteDit) -> str:
    """Why a field cannot be proposed; empty when it can."""
    may_add = modele == "lieux_departement" or one.id.startswith(PREFIXE)
    if site.connu is None and not may_add:
        return f"« {one.id} » : aucun lieu de cet identifiant dans l’atlas"
    if site.connu is None and atlas.territoire("commune", site.commune) is None:
        where = site.commune or "non dite"
        return f"« {one.nom or one.id} » : sa commune ({where}) n’est pas du département"
    if len(one.date) != JOUR:
        said = one.date or "rien"
        return f"« {one.nom or one.id} » : écrivez le jour de la vérification (2026-03-31), non « {said} »"
    return ""


def make_line(atlas: AtlasOuvert, noms: Mapping[str, str], one: ChampLu, site: SiteDit) -> ChampDit | None:
    """One field as a line; null where the atlas says so already."""
    common: dict[str, Any] = {"verifie_le": date.fromisoformat(one.date)}
    common |= {"source": one.source, "lien": one.lien}
    if site.connu is not None:
        if one.champ == AJOUT or site.connu.vu.get(one.champ, "") == one.valeur:
            return None
        return make_known(site.connu, noms, one.champ, one.valeur, **common)
    if one.champ == "nom":
        return None
    return make_added(atlas, noms, site, (one.type, one.nom), one.champ, one.valeur, **common)


def make_added(
    atlas: AtlasOuvert,
    noms: Mapping[str, str],
    site: SiteDit,
    quoi: tuple[str, str],
    champ: str,
    valeur: str,
    **more: Any,
) -> ChampDit:
    """A line on a place to add, ``quoi``: its type and its name."""
    return ChampDit(
        site.ident,
        *quoi,
        site.commune,
        champ,
        valeur,
        arrondissement=find_arrondissement(atlas, site.commune),
        themes=tuple(find_themes(noms, quoi[0])),
        **more,
    )


def make_known(known: LieuConnu, noms: Mapping[str, str], champ: str, valeur: str, **more: Any) -> ChampDit:
    """A line on a place of the atlas: what its list says is what it answers to."""
    place = known.lieu
    return ChampDit(
        place.id,
        place.type,
        known.nom,
        place.code_insee or "",
        champ,
        valeur,
        avant=known.base.get(champ, ""),
        origine=known.origine,
        arrondissement=known.arrondissement,
        themes=tuple(find_themes(noms, place.type)),
        **more,
    )


def dump(essai: EssaiTableau) -> dict[str, Any]:
    """The trial as a session keeps it."""
    lines = [asdict(one) | {"verifie_le": one.verifie_le.isoformat() if one.verifie_le else None}
             for one in essai.lignes]  # fmt: skip
    return asdict(essai) | {"lignes": lines}


def load(held: Mapping[str, Any]) -> EssaiTableau:
    """The trial that a session kept."""
    lines = tuple(
        ChampDit(**{
            **one,
            "themes": tuple(one["themes"]),
            "verifie_le": date.fromisoformat(one["verifie_le"]) if one["verifie_le"] else None,
        })
        for one in held["lignes"]
    )  # fmt: skip
    return EssaiTableau(
        held["fichier"], held["modele"], lines, held["identiques"], tuple(held["avertissements"])
    )
