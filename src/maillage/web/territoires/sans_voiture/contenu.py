"""What portraits and the page « Sans voiture » say of those who have no car."""

from __future__ import annotations

from dataclasses import dataclass

from maillage.atlas.lecture.chiffres import Chiffre
from maillage.atlas.lecture.definitions import nom_de_type
from maillage.atlas.lecture.territoires import Territoire
from maillage.atlas.lecture.transports import EcartCommune, say_transports
from maillage.reports.diagnostic import sans_voiture
from maillage.reports.diagnostic.sans_voiture import Mots
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.territoires import petite_carte


@dataclass(frozen=True)
class SansVoiture:
    """The hours of a territory: a sentence a type, ``modes`` (id, words), the rows of their table.

    ``compris``: whether public transport counts, in words; ``mentions``: that, and how the hours are counted.
    """

    phrases: tuple[Mots, ...]
    modes: list[tuple[str, str]]
    lignes: tuple[tuple[str, list[Chiffre]], ...]
    compris: str
    mentions: tuple[str, ...]


@dataclass(frozen=True)
class OuVoiture:
    """Where a car changes most, for one type: communes, and the map of the hours without a car."""

    type: str
    ecarts: tuple[EcartCommune, ...]
    indicateurs: tuple[str, ...]
    carte: petite_carte.PetiteCarte | None


def read_hours(atlas: AtlasOuvert, here: Territoire) -> SansVoiture | None:
    """What the atlas knows of a territory; null when it has no hours there."""
    lines = sans_voiture.list_lines(atlas, here.niveau, here.code)
    if not lines:
        return None
    modes = sans_voiture.list_modes(lines)
    return SansVoiture(
        tuple(words for line in lines if (words := sans_voiture.say_hours(line))),
        modes,
        tuple((nom_de_type(line.type), [sans_voiture.ask(line, m) for m, _ in modes]) for line in lines),
        say_transports(atlas.manifeste.transports),
        tuple(sans_voiture.tell_count(atlas, lines)),
    )


def read_gaps(atlas: AtlasOuvert, kind: str) -> OuVoiture | None:
    """The communes where a car changes most for a type of service; null without timetables."""
    worst, here = sans_voiture.list_worst(atlas, kind), atlas.departement
    if not worst or here is None:
        return None
    names = tuple(f"heures_acces_{kind}_{mode}" for mode in ("sans_voiture", "voiture"))
    drawn = petite_carte.carte_autour(atlas, here, names[0], tuple(gap.commune for gap in worst))
    return OuVoiture(kind, worst, (*names, f"heures_voiture_en_plus_{kind}"), drawn)
