"""The France Numérique Ensemble road map as a document: priorities, steps, sums."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from maillage.francais import accord, euros, jour, typeset
from maillage.reports.programme.edition import Edition, make_cover, make_signatures, tell_source
from maillage.reports.rendu.blocs import Bloc, Cellule, Document, Liste, Nombre, Paragraphe, Tableau, Titre
from maillage.sdaasp.programme.fne import (
    EtapeFne,
    OrientationFne,
    TotalFne,
    add_up_funders,
    add_up_steps,
    find_late,
)
from maillage.sdaasp.programme.modele import Programme
from maillage.sdaasp.programme.vocabulaire import A_CONFIRMER, VoletFne, get_libelle

TITRE = "Feuille de route France Numérique Ensemble"
PARTOUT = "Tout le département"
VIDE = "—"
ETAPES = ("Étape", "Action", "Volet", "Où", "Combien", "Pour le", "Faite le", "Coût", "Financeur et fonds")


@dataclass(frozen=True, slots=True)
class _Cadre:
    """What every table names: places, and what the tables stand on."""

    lieux: Mapping[str, str]
    source: str


def make_road_map(programme: Programme, edition: Edition) -> Document:
    """The road map: priorities by arrondissement, each orientation, sums, what is late."""
    held = tuple(sorted(programme.orientations_fne, key=lambda one: one.ordre))
    cadre = _Cadre(
        {t.code: t.nom for t in programme.territoires if t.niveau == "arrondissement"},
        tell_source(programme, edition, {one.source for one in held}),
    )
    blocs = (
        *_write_essential(held),
        *_write_priorities(held, cadre),
        *(bloc for one in held for bloc in _write_orientation(one, cadre)),
        *_write_sums(held, cadre),
        *_write_late(held, edition),
        Titre("Signatures", 1),
        make_signatures(programme, edition),
    )
    return Document(
        titre=TITRE,
        sous_titre=typeset(programme.schema.nom),
        auteur=", ".join(programme.schema.pilotes) or "Maillage",
        mention=typeset(f"{TITRE}. {programme.schema.nom}. Au {jour(edition.le)}."),
        blocs=blocs,
        sommaire=1,
        couverture=make_cover(programme, edition),
    )


def _list_steps(orientations: Iterable[OrientationFne]) -> list[EtapeFne]:
    return [step for one in orientations for step in one.etapes]


def _write_essential(held: tuple[OrientationFne, ...]) -> Iterator[Bloc]:
    yield Titre("L’essentiel", 1)
    if not held:
        yield Paragraphe("Ce schéma n’a pas de feuille de route numérique.")
        return
    actions = accord(sum(len(one.actions) for one in held), "action")
    total = add_up_steps(_list_steps(held))
    told = [f"{accord(len(held), 'orientation')}, {actions}."]
    if total.etapes:
        told.append(
            f"{accord(total.etapes, 'étape écrite', 'étapes écrites')}, {accord(total.faites, 'faite')}."
        )
        told.append(f"Coût connu : {_tell_sum(total)}.")
    else:
        told.append("Aucune étape n’est encore écrite.")
    yield Liste(tuple(map(typeset, told)))


def _tell_sum(total: TotalFne) -> str:
    """Euros known, and of how many steps: what is not known is not counted as nothing."""
    if total.cout_eur is None:
        return "non renseigné"
    return f"{euros(total.cout_eur)}, pour {total.chiffrees} sur {total.etapes}"


def _write_priorities(held: tuple[OrientationFne, ...], cadre: _Cadre) -> Iterator[Bloc]:
    if not held or not cadre.lieux:
        return
    yield Titre("Priorités, arrondissement par arrondissement", 1)
    yield Tableau(
        titre="Où chaque orientation est de priorité 1",
        colonnes=("Orientation", *cadre.lieux.values()),
        lignes=tuple(
            (typeset(one.titre), *(_tell_priority(one, code) for code in cadre.lieux)) for one in held
        ),
        id="priorites",
        note=f"« tous » : la feuille de route n’y nomme aucune priorité. {cadre.source}",
    )


def _tell_priority(one: OrientationFne, code: str) -> str:
    if code in one.priorites:
        return "priorité 1"
    return "tous" if one.tous else VIDE


def _write_orientation(one: OrientationFne, cadre: _Cadre) -> Iterator[Bloc]:
    yield Titre(typeset(one.titre), 1)
    actions = sorted(one.actions, key=lambda action: action.ordre)
    if actions:
        yield Liste(tuple(typeset(action.libelle) for action in actions))
    if not one.etapes:
        yield Paragraphe("Aucune étape n’est écrite.")
        return
    names = {action.cle: action.libelle for action in actions}
    yield Tableau(
        titre=typeset(f"Étapes : {one.titre}"),
        colonnes=ETAPES,
        lignes=tuple(_write_step(step, names, cadre.lieux) for step in one.etapes),
        id=f"etapes-{one.ordre}",
        note=cadre.source,
        numeriques=frozenset({7}),
    )


def _write_step(step: EtapeFne, actions: Mapping[str, str], lieux: Mapping[str, str]) -> tuple[Cellule, ...]:
    place = lieux.get(step.arrondissement, step.arrondissement) if step.arrondissement else PARTOUT
    payer = " · ".join(filter(None, (step.financeur, step.fonds)))
    return (
        typeset(step.libelle),
        typeset(actions.get(step.action or "", "")) or VIDE,
        get_libelle(step.volet) if step.volet else VIDE,
        place,
        typeset(step.combien or VIDE),
        jour(step.fin) if step.fin else A_CONFIRMER,
        jour(step.faite_le) if step.faite_le else "pas encore",
        Nombre(step.cout_eur, VIDE if step.cout_eur is None else euros(step.cout_eur)),
        typeset(payer or A_CONFIRMER),
    )


def _write_sums(held: tuple[OrientationFne, ...], cadre: _Cadre) -> Iterator[Bloc]:
    steps = _list_steps(held)
    if not steps:
        return
    parts = ((volet, [s for s in steps if s.volet is volet]) for volet in (*VoletFne, None))
    named = [
        (get_libelle(volet) if volet else "Non dit", add_up_steps(mine)) for volet, mine in parts if mine
    ]
    yield Titre("Formation, équipement, observatoire", 1)
    yield _write_table("Les étapes par volet", "Volet", named, cadre, "volets")
    yield Titre("Financeurs et fonds", 1)
    funders = list(add_up_funders(steps).items())
    yield _write_table("Les étapes par financeur", "Financeur et fonds", funders, cadre, "financeurs")


def _write_table(
    titre: str, head: str, rows: Iterable[tuple[str, TotalFne]], cadre: _Cadre, name: str
) -> Tableau:
    return Tableau(
        titre=titre,
        colonnes=(head, "Étapes", "Faites", "Coût connu"),
        lignes=tuple(
            (typeset(label), Nombre.entier(t.etapes), Nombre.entier(t.faites), typeset(_tell_sum(t)))
            for label, t in rows
        ),
        id=name,
        note=f"Un montant partiel le dit. {cadre.source}",
        numeriques=frozenset({1, 2}),
    )


def _write_late(held: tuple[OrientationFne, ...], edition: Edition) -> Iterator[Bloc]:
    late = find_late(held, edition.le)
    if late:
        yield Titre("Étapes en retard", 1)
        yield Liste(
            tuple(typeset(f"{s.libelle} ({o.titre}), attendue le {jour(s.fin)}") for o, s in late if s.fin)
        )
