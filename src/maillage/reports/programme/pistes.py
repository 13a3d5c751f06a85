"""What an atlas suggests to share: its places of reception, as the rules of mutualisation read them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from maillage.atlas.lecture.lecteur import Lecteur
from maillage.atlas.lecture.lieux import Implantation
from maillage.catalogue.lecture import read_toml
from maillage.catalogue.types_service import list_types
from maillage.francais import accord, avec_unite, minuscule, nombre, typeset
from maillage.sdaasp.mutualisation.pistes import (
    CONCENTRES,
    PEU_UTILISES,
    LieuAccueil,
    Piste,
    SeuilsPistes,
    list_pistes,
)
from maillage.sdaasp.mutualisation.plan import read_threshold
from maillage.sdaasp.programme.mutualisations import FILE


def find_pistes(atlas: Lecteur) -> tuple[Piste, ...]:
    """The suggestions of an atlas, those with the most reasons first; a place listed twice is one."""
    kinds = read_toml(FILE)["guichets"]["types"]
    places = [one for kind in atlas.types_de_lieux() if kind in kinds for one in atlas.implantations(kind)]
    return list_pistes(
        {(one.nom, one.type, one.lon, one.lat): one for one in map(_read, filter(_is_kept, places))}.values(),
        SeuilsPistes(
            read_threshold("distance_a_pied_m"),
            read_threshold("activite_faible_share"),
            int(read_threshold("lieux_par_commune_max")),
        ),
        dict.fromkeys(list_crowded(atlas), tuple(read_toml(FILE)["guichets"]["de_soins"])),
    )


def _is_kept(place: Implantation) -> bool:
    """Whether it stands somewhere known, and is recent enough to be there still."""
    known = place.lon is not None and place.lat is not None and place.code_insee is not None
    return known and not place.itinerant and is_recent(place)


def is_recent(place: Implantation) -> bool:
    """Whether its source is not one of those that the catalogue says too old to count on."""
    return place.source not in read_toml(FILE)["guichets"]["sources_anciennes"]


def _read(place: Implantation) -> LieuAccueil:
    label = list_types()[place.type].libelle if place.type in list_types() else place.id
    known = place.activite is not None and bool(place.capacite)
    return LieuAccueil(
        id=place.id,
        type=place.type,
        nom=place.nom or typeset(label),
        commune=place.code_insee or "",
        lon=place.lon or 0,
        lat=place.lat or 0,
        activite_share=(place.activite or 0) / place.capacite if known and place.capacite else None,
        situe=place.precision == "adresse",
    )


def list_crowded(atlas: Lecteur) -> Mapping[str, tuple[str, ...]]:
    """Code of a commune → the care in over-concentration in its intercommunality, where there is any."""
    judged, named = atlas.deficits("epci"), read_toml("apl.toml")["professions"]
    crowded = {
        code: tuple(named[one]["nom"] for one in place.surconcentres if one in named)
        for code, place in judged.items()
        if place.surconcentres
    }
    here = {t.code: t.parents.get("epci", "") for t in atlas.territoires("commune")}
    return {code: crowded[epci] for code, epci in here.items() if epci in crowded}


def tell_motifs(piste: Piste, crowded: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Why, in sentences; ``crowded``: what ``list_crowded`` says."""
    said = []
    if PEU_UTILISES in piste.motifs:
        low = [
            x
            for x in piste.lieux
            if x.activite_share is not None and x.activite_share < read_threshold("activite_faible_share")
        ]
        used = ", ".join(f"{x.nom} à {avec_unite(x.activite_share, 'part')}" for x in low)
        said.append(f"Un lieu y est peu utilisé : {used} de sa capacité.")
    if CONCENTRES in piste.motifs:
        said += _tell_crowded(piste, crowded.get(piste.commune, ()))
    count = accord(len(piste.lieux), "lieu d’accueil", "lieux d’accueil")
    if piste.portee_m is None:
        said.append(f"{count} dans la commune, dont tous n’ont pas d’adresse connue.")
    else:
        said.append(f"{count} à {nombre(piste.portee_m)} m au plus à vol d’oiseau.")
    return tuple(map(typeset, said))


def _tell_crowded(piste: Piste, care: tuple[str, ...]) -> Iterator[str]:
    labels = list_types()
    for kind, n in Counter(lieu.type for lieu in piste.lieux).items():
        if n > 1 and kind in labels:
            yield f"Plusieurs du même type : {n} {minuscule(labels[kind].libelle_pluriel)}."
    if care and any(lieu.type in read_toml(FILE)["guichets"]["de_soins"] for lieu in piste.lieux):
        yield f"L’intercommunalité est en sur-concentration pour : {', '.join(care)}."


def name_types(piste: Piste) -> tuple[str, ...]:
    """What is offered there: the kinds of its places, each once."""
    labels = list_types()
    return tuple(dict.fromkeys(typeset(labels[x.type].libelle) for x in piste.lieux if x.type in labels))
