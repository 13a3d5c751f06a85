"""The note for a decision: two to four pages that say what a scenario changes, for whom, at what price."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from maillage.atlas.lecture.lecteur import Lecteur
from maillage.catalogue.lecture import read_toml
from maillage.francais import FIABILITES, accord, avec_unite, jour, majuscule, typeset
from maillage.reports.rendu.blocs import Bloc, Document, Liste, Paragraphe, Titre
from maillage.reports.rendu.formes import Formes, formes
from maillage.reports.scenario import tableaux
from maillage.reports.scenario.ecarts import draw_difference
from maillage.reports.scenario.heures import tell_hours
from maillage.reports.scenario.resume import ResumeScenario, by_car, summarise
from maillage.scenarios.impact.bilan import load_hypotheses
from maillage.scenarios.lignes.rapport import tell_lines

DETAILLES = 2
"""Services that are told in full; the others have one line."""
LEGENDE_DES_LIEUX = (
    "Sur la carte, disque : un lieu ouvre ; croix : il ferme ; carré : il change ; "
    "cercle : un arrêt itinérant."
)


@dataclass(frozen=True)
class CadreNote:
    """What a note says of itself. ``etat``: in words, « Brouillon »; ``auteur``: an organisation, or empty.

    ``modifications``: the edits in sentences, in order. ``autres``: the scenarios that it was compared with.
    """

    etat: str
    auteur: str
    etablie_le: date
    modifications: tuple[str, ...]
    description: str = ""
    autres: tuple[ResumeScenario, ...] = ()


def make_note(
    lecteur: Lecteur, impact: Mapping[str, Any], cadre: CadreNote, shapes: Formes | None = None
) -> Document:
    """The note of one impact (``maillage scenario impact --json``); ``shapes``: those of the communes."""
    own = summarise(impact)
    shapes = shapes or formes(lecteur.contours("commune"))
    blocs = [
        *_tell_change(impact, cadre),
        *_tell_people(lecteur, impact, shapes),
        *_tell_load(impact),
        *_tell_balance(lecteur, impact),
        *_tell_year(impact),
        *_tell_others(own, cadre),
        *_tell_method(lecteur, impact),
        *_tell_duty(),
    ]
    return Document(
        titre=typeset(impact["scenario"]["nom"]),
        sous_titre=typeset(_identify(lecteur, cadre)),
        auteur=cadre.auteur or "Maillage",
        mention=typeset(_sign(lecteur, cadre)),
        blocs=tuple(map(_set_type, blocs)),
        chapeau=typeset(tell_essential(impact)),
        bandeaux=tuple(map(typeset, _warn(impact, cadre))),
        jeu_essai=lecteur.jeu_essai,
    )


def _set_type(bloc: Bloc) -> Bloc:
    if isinstance(bloc, Titre | Paragraphe):
        return replace(bloc, texte=typeset(bloc.texte))
    return Liste(tuple(map(typeset, bloc.elements))) if isinstance(bloc, Liste) else bloc


def _identify(lecteur: Lecteur, cadre: CadreNote) -> str:
    parts = ("Note pour une décision", lecteur.nom, cadre.auteur, f"établie le {jour(cadre.etablie_le)}")
    return " · ".join(part for part in parts if part)


def _sign(lecteur: Lecteur, cadre: CadreNote) -> str:
    built = f", données mises à jour le {jour(lecteur.construit_le)}" if lecteur.construit_le else ""
    return f"{cadre.etat} · Maillage, {lecteur.manifeste.millesime}{built} · chiffres simulés"


def _warn(impact: Mapping[str, Any], cadre: CadreNote) -> Iterator[str]:
    times = f", sur des temps de trajet {FIABILITES[impact['temps']]}s" if impact["temps"] else ""
    yield (
        f"État : {cadre.etat}. Chiffres simulés{times} : ils éclairent une décision, ils ne la remplacent "
        f"pas."
    )
    if not impact["atlas"]["meme_atlas"]:
        yield "Ce scénario a été écrit sur un autre atlas : ses effets sont recalculés sur celui-ci."


def tell_essential(impact: Mapping[str, Any]) -> str:
    """The three figures that one reads first."""
    services, lines = by_car(impact), impact.get("transports")
    if not services:
        return next(tell_lines(lines)) if lines else "Aucun temps de trajet ne change."
    one = services[0]
    everybody = one["groupes"]["tous"]
    change = everybody["sous_seuil_apres"] - everybody["sous_seuil_avant"]
    near = avec_unite(one["seuil_min"], "min")
    where = f" pour « {one['libelle']} »" if len(services) > 1 else ""
    sides = (
        tableaux.tell_side(everybody, "perdants", "perte_moyenne_min", "plus loin"),
        tableaux.tell_side(everybody, "gagnants", "gain_moyen_min", "plus près"),
    )
    return f"{' ; '.join(sides)}{where}. {_tell_threshold(change, near)}".strip()


def _tell_threshold(change: float, near: str) -> str:
    """Who gains or loses a place within the threshold; nothing when nobody does."""
    people = accord(abs(round(change)), "habitant")
    if not round(change):
        return f"Autant d’habitants ont un lieu à {near} ou moins."
    if change > 0:
        return f"{people} de plus {'ont' if round(change) > 1 else 'a'} un lieu à {near} ou moins."
    return f"{people} de moins {'ont' if round(-change) > 1 else 'a'} un lieu à {near} ou moins."


def _tell_change(impact: Mapping[str, Any], cadre: CadreNote) -> Iterator[Bloc]:
    yield Titre("Ce qui change", id="change")
    if cadre.description:
        yield Paragraphe(cadre.description)
    yield Liste(cadre.modifications)
    refused = impact["scenario"]["refus"]
    if refused:
        texts = (f"Modification {one['rang']}, laissée de côté : {one['motif']}." for one in refused)
        yield Paragraphe(" ".join(texts))


def _tell_people(lecteur: Lecteur, impact: Mapping[str, Any], shapes: Formes | None) -> Iterator[Bloc]:
    yield Titre("Pour qui", id="qui")
    services = by_car(impact)
    yield Liste(tuple(_shorten(impact["phrases"], services)))
    for service in services[:DETAILLES]:
        kind = service["type"]
        drawn = draw_difference(lecteur, impact, kind, shapes) if shapes else None
        if len(services) > 1:
            yield Titre(service["libelle"], 2)
        yield tableaux.write_groups(service, [s for s in impact["services"] if s["type"] == kind])
        yield from tableaux.write_territories(service)
        if drawn:
            yield drawn
            yield Paragraphe(LEGENDE_DES_LIEUX)
        yield from tableaux.write_communes(service)
    if len(services) > DETAILLES:
        yield tableaux.write_services(services)
    yield from tell_hours(lecteur, impact, shapes)
    yield from tableaux.write_stops(impact)


def _shorten(phrases: Sequence[str], services: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The sentences; the name of the service goes when there is but one."""
    for phrase in phrases:
        text = phrase.removeprefix(f"{services[0]['libelle']} : ") if len(services) == 1 else phrase
        yield majuscule(text)


def _tell_load(impact: Mapping[str, Any]) -> Iterator[Bloc]:
    tables = [table for service in by_car(impact)[:DETAILLES] for table in tableaux.write_users(service)]
    if tables:
        yield Titre("Qui reçoit, et ce que cela charge", id="charge")
        yield from tables


def _tell_balance(lecteur: Lecteur, impact: Mapping[str, Any]) -> Iterator[Bloc]:
    yield Titre("Manque et excès, avant et après", id="balance")
    judged = impact["deficits"]
    if not judged:
        yield Paragraphe(
            "Aucun territoire n’entre en déficit ni n’en sort, et aucun ne change de jugement : ni "
            "manque ni excès "
            "d’offre, selon la règle en usage dans cet atlas."
        )
    else:
        yield tableaux.write_judgements(judged)
    table = tableaux.write_figures(lecteur, impact)
    if table:
        yield table


def _tell_year(impact: Mapping[str, Any]) -> Iterator[Bloc]:
    services = by_car(impact)
    if not services:
        return
    known, assumed = load_hypotheses(), impact["hypotheses"]
    said = [
        f"{known[name].nom} : {tableaux.tell_assumption(assumed[name], known[name].unite)}"
        + ("" if known[name].confirme or assumed[name] != known[name].valeur else " (à confirmer)")
        for name in tableaux.SUPPOSES
    ]
    yield Titre("Ce que cela coûte en un an", id="cout")
    yield tableaux.write_years(services)
    yield Paragraphe("On suppose, et chacun peut supposer autrement :")
    yield Liste(tuple(said))


def _tell_others(own: ResumeScenario, cadre: CadreNote) -> Iterator[Bloc]:
    yield Titre("Ce qui a été comparé", id="autres")
    if not cadre.autres:
        yield Paragraphe("Aucune autre solution n’a été jointe à cette note.")
        return
    yield tableaux.write_summaries([own, *cadre.autres])


def _tell_method(lecteur: Lecteur, impact: Mapping[str, Any]) -> Iterator[Bloc]:
    yield Titre("Méthode et limites", id="methode")
    yield Liste(tuple(_explain(lecteur, impact)))


def _explain(lecteur: Lecteur, impact: Mapping[str, Any]) -> Iterator[str]:
    yield (
        "Les habitants sont comptés par carreau de 200 m ou plus grand, vers le lieu le plus proche en "
        "voiture, "
        "avant et après ; chacun est supposé y aller, ce que personne n’est tenu de faire."
    )
    if lecteur.temps_estimes:
        yield (
            "Les temps sont estimés par une formule, sans réseau de routes : l’intervalle à 90 % de "
            "chaque chiffre "
            "est donné quand il est connu ; un écart plus petit que lui ne prouve rien."
        )
    if impact["itinerants"]:
        yield (
            "Un arrêt itinérant compte dans les heures d’accès, pas dans les temps de trajet : il n’est "
            "pas un lieu."
        )
    kinds = [service["type"] for service in by_car(impact)]
    sources = dict.fromkeys(name for kind in kinds for name in lecteur.definition(f"duree_{kind}").sources)
    said = " ; ".join(lecteur.nom_source(name) for name in sources)
    if said:
        yield f"Sources des lieux : {said}."
    yield (
        "Ni la qualité de l’accueil, ni les transports en commun quand leurs horaires ne sont pas donnés, ni "
        "l’avis des habitants ne sont dans ces chiffres."
    )


def _tell_duty() -> Iterator[Bloc]:
    known: Mapping[str, Any] = read_toml("information_prefet.toml")
    law = known["information"]
    doubt = "" if law["confirme"] else " À confirmer : ce texte n’a pas été relu à sa source."
    yield Titre("Si ce projet doit être porté au préfet", id="prefet")
    yield Paragraphe(f"{law['texte']} {law['delai']} {law['source']}.{doubt}")
    yield tableaux.write_pieces(known["pieces"])
