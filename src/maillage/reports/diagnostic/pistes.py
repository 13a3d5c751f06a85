"""What the figures invite to do, in sentences: where first, which service, for whom, what to check before."""

from __future__ import annotations

from collections.abc import Iterator

from maillage.access.apl import load_professions
from maillage.atlas.lecture.deficits import Deficit
from maillage.atlas.lecture.lecteur import Lecteur
from maillage.atlas.lecture.territoires import Territoire
from maillage.catalogue.temps_estimes import load_erreur
from maillage.diagnostic.phrases import enumerate_words
from maillage.francais import accord, known, minuscule, nombre
from maillage.reports.diagnostic.constats import (
    MOITIE,
    Manque,
    choose_mesh,
    is_apart,
    list_communes,
    list_lacks,
)
from maillage.reports.diagnostic.document import Section
from maillage.reports.diagnostic.phrases import flow, percent, qualify

FIRST, NAMED, LEADS, SHOWN = 4, 4, 3, 6
NOTE = "Ces pistes découlent des chiffres ; le choix et les moyens reviennent à ceux qui signent le schéma."
Juge = tuple[Territoire, Deficit]


def list_leads(lecteur: Lecteur, here: Territoire) -> Section | None:
    """The leads, the surest first; null when no figure leads anywhere."""
    found = (*say_first(lecteur), *say_services(lecteur, here), *say_care(lecteur))
    if not found:
        return None
    return Section("que-faire", "Que faire", (flow(NOTE),), liste=(*found, *say_checks(lecteur, here)))


def say_first(lecteur: Lecteur) -> Iterator[str]:
    """The territories that the rule puts first, mesh by mesh, with how firmly it does."""
    heads = dict.fromkeys((choose_mesh(lecteur), "epci"))
    for rank, mesh in enumerate(heads):
        kept = find_first(lecteur, mesh)
        if not kept:
            continue
        named = enumerate_words([t.en_phrase for t, _ in kept[:FIRST]])
        more = f" et {accord(len(kept) - FIRST, 'autre')}" if len(kept) > FIRST else ""
        count = accord(sum(t.population or 0 for t, _ in kept), "habitant")
        head = "Agir d'abord dans" if rank == 0 else "Parmi les intercommunalités, dans"
        yield flow(f"{head} {named}{more} : {count}{say_firmness(kept)}.")


def say_firmness(kept: list[Juge]) -> str:
    """The least share of the variants of the rule that keep one of them; empty when it was not tried."""
    shares = [d.robustesse for _, d in kept if d.robustesse is not None]
    if not shares:
        return ""
    held = nombre(100 * min(shares))
    told = "toutes les variantes" if held == "100" else f"{held} % au moins des variantes"
    return f" (règle des déficits, dans {told} essayées)"


def find_first(lecteur: Lecteur, mesh: str) -> list[Juge]:
    """The territories of the first tier that holds any, else those in deficit; those without rank last."""
    judged = lecteur.deficits(mesh)
    pairs = [
        (t, judged[t.code])
        for t in lecteur.territoires(mesh)
        if t.code in judged and judged[t.code].en_deficit
    ]
    pairs.sort(key=lambda pair: (pair[1].rang is None, pair[1].rang or 0, pair[0].code))
    for palier in lecteur.paliers:
        held = [(t, d) for t, d in pairs if d.palier == palier.id]
        if held:
            return held
    return pairs


def say_services(lecteur: Lecteur, here: Territoire) -> Iterator[str]:
    """The services to bring nearer: where most people are beyond the limit, the most people first."""
    found = [(find_wanting(lecteur, here, lack), lack) for lack in list_lacks(lecteur, here)]
    held = [(sum(t.population or 0 for t in places), places, lack) for places, lack in found if places]
    held.sort(key=lambda row: (-row[0], row[2].type))
    for count, places, lack in held[:LEADS]:
        named = enumerate_words([t.nom for t in places[:NAMED]])
        yield flow(
            f"""Rapprocher : {minuscule(lack.nom)}. À plus de {lack.minutes} minutes pour la plupart des
            habitants de {accord(len(places), "commune")} ({accord(count, "habitant")}), d'abord {named}
            {qualify(lack.part)}."""
        )


def find_wanting(lecteur: Lecteur, here: Territoire, lack: Manque) -> list[Territoire]:
    """The communes where more than half (>) of the people are beyond the limit, the most peopled first.

    Those near the border are left out: what is beyond may well be near.
    """
    name = lack.part.definition.id
    if not lecteur.a("commune", name):
        return []
    column = lecteur.colonne("commune", name)
    held = [
        t
        for t in list_communes(lecteur, here)
        if t.population and not is_apart(t) and (column.chiffre(t.code).valeur or 0.0) > MOITIE
    ]
    return sorted(held, key=lambda t: (-(t.population or 0), t.code))


def say_care(lecteur: Lecteur) -> Iterator[str]:
    """The professions that the most people lack beside the mean of the département."""
    found = [
        (profession, share)
        for name, profession in load_professions().items()
        if known((share := lecteur.reference(f"part_sous_dotee_{name}")).valeur) and share.valeur
    ]
    found.sort(key=lambda pair: -(pair[1].valeur or 0.0))
    if found:
        named = " ; ".join(f"{minuscule(p.nom)}, {percent(share)}" for p, share in found[:LEADS])
        yield flow(
            f"""Mieux répartir l'offre. Habitants qui en ont moins des trois quarts de la moyenne du
            département : {named}{qualify(*(share for _, share in found[:LEADS]))}."""
        )


def say_checks(lecteur: Lecteur, here: Territoire) -> Iterator[str]:
    """What to confirm before deciding."""
    checks = []
    if lecteur.temps_estimes:
        relief = lecteur.manifeste.parametres.get("relief", "tout")
        half = nombre(load_erreur("plaine" if relief == "plaine" else "tout").plus_proche_mediane, 1)
        checks.append(
            f"les temps sont estimés (une erreur sur deux est inférieure à {half} min), un réseau routier "
            "les mesurerait"
        )
    old = [lack for lack in list_lacks(lecteur, here)[:SHOWN] if lack.part.definition.ancien]
    if old:
        years = qualify(*(lack.part for lack in old)).strip(" ()").partition(",")[0]
        named = enumerate_words([minuscule(lack.nom) for lack in old])
        checks.append(f"les lieux sont anciens ({years}) pour : {named}")
    near = sum(is_apart(t) for t in lecteur.territoires("commune"))
    if near:
        named = accord(near, "commune est proche", "communes sont proches")
        checks.append(f"{named} de la limite du département, l'offre d'en face peut manquer au calcul")
    if checks:
        yield flow(f"Vérifier avant de décider : {' ; '.join(checks)}.")
