"""The plan de développement de la mutualisation as a document: the law, the inventory, what is planned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from maillage.francais import accord, euros, jour, minuscule, typeset
from maillage.reports.programme.edition import Edition, make_cover, make_signatures, tell_source
from maillage.reports.rendu.blocs import (
    Bloc,
    Carte,
    Cellule,
    Document,
    Liste,
    Nombre,
    Paragraphe,
    Tableau,
    Titre,
)
from maillage.sdaasp.completude.loi import Completude
from maillage.sdaasp.completude.mots import tell_exigence, tell_objets
from maillage.sdaasp.mutualisation.plan import PlanMutualisation, get_nature, list_lacks, sort_plan
from maillage.sdaasp.programme.modele import Programme
from maillage.sdaasp.programme.mutualisations import Mutualisation, load_types
from maillage.sdaasp.programme.vocabulaire import A_CONFIRMER, NatureMutualisation, get_libelle

TITRE = "Plan de développement de la mutualisation"
PARTOUT = "Tout le département"
INVENTAIRE = (
    "Ce qui est partagé",
    "Où",
    "Partenaires",
    "Services offerts",
    "Convention",
    "Coût annuel",
    "Gain annuel",
)
PREVISIONS = (
    "Ce qui sera partagé",
    "Où",
    "Partenaires",
    "Services offerts",
    "Échéance",
    "État",
    "Coût annuel",
    "Gain",
)
VIDE = "—"
REGLE = (
    "Ce qui vaut pour tout le département est compté à part, et atteint chaque arrondissement. Une "
    "mutualisation prévue compte quand elle dit au moins deux partenaires."
)


def make_plan(
    programme: Programme, law: Completude, edition: Edition, carte: Carte | None = None
) -> Document:
    """The plan, to be signed with the schema: the law's answer, the inventory, what is planned, by place.

    ``carte`` stands before the table that says the same.
    """
    blocs = (
        *_write_law(law),
        *(
            piece
            for bloc in _write_sections(programme, law, edition)
            for piece in ((carte, bloc) if carte and _is_table_of(carte, bloc) else (bloc,))
        ),
        Titre("Signatures", 1),
        make_signatures(programme, edition),
    )
    return Document(
        titre=TITRE,
        sous_titre=typeset(programme.schema.nom),
        auteur=", ".join(programme.schema.pilotes),
        mention=typeset(f"{TITRE}. {programme.schema.nom}. Au {jour(edition.le)}."),
        blocs=blocs,
        sommaire=1,
        couverture=make_cover(programme, edition),
    )


def _is_table_of(carte: Carte, bloc: Bloc) -> bool:
    return isinstance(bloc, Tableau) and bloc.id == carte.tableau


def _write_sections(programme: Programme, law: Completude, edition: Edition) -> Iterator[Bloc]:
    plan, names = sort_plan(programme.mutualisations), dict(law.lieux)
    yield Titre("L’essentiel", 1)
    yield Liste(tuple(map(typeset, _tell_essential(plan))))
    yield Titre("Inventaire des mutualisations existantes", 1)
    told = tuple(row for row in plan.existants if not _is_bare(row))
    bare = [row for row in plan.existants if _is_bare(row)]
    if told or not bare:
        yield from _write_natures(told, names, programme, edition, planned=False)
    yield from _write_bare(bare, names, tell_source(programme, edition, {row.source for row in bare}))
    yield Titre("Développement prévu", 1)
    yield from _write_natures(plan.prevus, names, programme, edition, planned=True)
    yield _write_places(plan, law, tell_source(programme, edition))
    yield from _write_doubts(plan)


def _write_law(law: Completude) -> Iterator[Bloc]:
    asked = law.mutualisation
    yield Titre("Ce que demande la loi", 1)
    yield Paragraphe(typeset(f"{asked.regle.source}."))
    said = filter(None, (tell_exigence(law, asked), tell_objets(asked)))
    yield Paragraphe(typeset(" ".join(said)))


def _tell_essential(plan: PlanMutualisation) -> Iterator[str]:
    for words, rows in (("existante", plan.existants), ("prévue ou en préparation", plan.prevus)):
        yield f"{accord(len(rows), 'mutualisation')} {_agree(words, len(rows))}{_tell_natures(rows)}."
    yield _tell_money(plan.existants, "Coût annuel connu de ce qui existe", "cout_eur")
    yield _tell_money((*plan.existants, *plan.prevus), "Gain annuel connu, prévu compris", "gain_eur")


def _agree(words: str, count: int) -> str:
    return words.replace("existante", "existantes").replace("prévue", "prévues") if count > 1 else words


def _tell_natures(rows: Iterable[Mutualisation]) -> str:
    held = [get_nature(row) for row in rows]
    told = [
        accord(held.count(nature), get_libelle(nature).lower())
        for nature in NatureMutualisation
        if nature in held
    ]
    return f" : {', '.join(told)}" if told else ""


def _tell_money(rows: Iterable[Mutualisation], words: str, field: str) -> str:
    """A sum with how many it is of: what is not known is not counted as nothing."""
    held = list(rows)
    known = [value for row in held if (value := getattr(row, field)) is not None]
    if not known:
        return f"{words} : non renseigné."
    return f"{words} : {euros(sum(known))}, pour {len(known)} sur {len(held)}."


def _write_natures(
    rows: tuple[Mutualisation, ...],
    names: Mapping[str, str],
    programme: Programme,
    edition: Edition,
    *,
    planned: bool,
) -> Iterator[Bloc]:
    if not rows:
        yield Paragraphe("Aucun développement n’est prévu." if planned else "L’inventaire est vide.")
    for nature in (*NatureMutualisation, None):
        held = [row for row in rows if get_nature(row) is nature]
        if held:
            yield _write_table(held, names, programme, edition, nature, planned=planned)


def _write_table(
    rows: list[Mutualisation], names: Mapping[str, str], programme: Programme, edition: Edition,
    nature: NatureMutualisation | None, *, planned: bool,
) -> Tableau:  # fmt: skip
    label = "Lieux" if nature is NatureMutualisation.LIEU else "Outils" if nature else "Autres"
    write = _write_planned if planned else _write_existing
    return Tableau(
        titre=f"{label} {'prévus' if planned else 'partagés'}",
        colonnes=PREVISIONS if planned else INVENTAIRE,
        lignes=tuple(write(row, names) for row in sorted(rows, key=lambda p: (_where(p, names), p.libelle))),
        id=f"{'prevu' if planned else 'existant'}-{nature or 'autre'}",
        note=tell_source(programme, edition, (row.source for row in rows)),
        numeriques=frozenset({6} if planned else {5, 6}),
    )


def _is_bare(row: Mutualisation) -> bool:
    """Whether nothing is known of it but that it is there: no partner, service, agreement nor money."""
    known = (row.partenaires, row.services, row.convention, row.convention_fin, row.gain)
    return not any(known) and row.cout_eur is None and row.gain_eur is None


def _write_bare(rows: Iterable[Mutualisation], names: Mapping[str, str], source: str) -> Iterator[Bloc]:
    """What is only listed: one row an arrondissement and type, the places by name."""
    held: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        held.setdefault((_where(row, names), _name_type(row)), []).append(row.site_nom or row.libelle)
    if held:
        yield Tableau(
            titre="Recensés, à décrire",
            colonnes=("Où", "Type", "Nombre", "Lesquels"),
            lignes=tuple(
                (*key, Nombre.entier(len(found)), typeset(" ; ".join(sorted(found))))
                for key, found in sorted(held.items())
            ),
            id="recenses",
            note=f"Partenaires, services et conventions ne sont pas encore dits. {source}",
            numeriques=frozenset({2}),
        )


def _name_type(row: Mutualisation) -> str:
    kind = load_types().get(row.type)
    return kind.nom if kind else row.type


def _write_existing(row: Mutualisation, names: Mapping[str, str]) -> tuple[Cellule, ...]:
    return (
        *_write_common(row, names), typeset(_tell_agreement(row)), _money(row.cout_eur), _money(row.gain_eur),
    )  # fmt: skip


def _write_planned(row: Mutualisation, names: Mapping[str, str]) -> tuple[Cellule, ...]:
    due = str(row.echeance) if row.echeance else A_CONFIRMER
    gain = _money(row.gain_eur) if row.gain_eur is not None else typeset(row.gain or VIDE)
    return (*_write_common(row, names), due, get_libelle(row.etat), _money(row.cout_eur), gain)


def _write_common(row: Mutualisation, names: Mapping[str, str]) -> tuple[Cellule, ...]:
    kind, name = _name_type(row), row.libelle
    site = f", {row.site_nom}" if row.site_nom and row.site_nom != name else ""
    what = name if kind.casefold() in name.casefold() else f"{name} ({minuscule(kind)})"
    return (
        typeset(what),
        typeset(f"{_where(row, names)}{site}"),
        typeset(" ; ".join(row.partenaires or ()) or A_CONFIRMER),
        typeset(" ; ".join(row.services or ()) or A_CONFIRMER),
    )


def _where(row: Mutualisation, names: Mapping[str, str]) -> str:
    return ", ".join(names.get(code, code) for code in row.arrondissements) or PARTOUT


def _tell_agreement(row: Mutualisation) -> str:
    """Its name and its dates, as far as they are known."""
    first, last = row.convention_debut, row.convention_fin
    until = f"jusqu’au {jour(last)}" if last else ""
    since = (
        f"du {jour(first)}"
        if first and not last
        else f"du {jour(first)} au {jour(last)}"
        if first and last
        else until
    )
    return ", ".join(part for part in (row.convention or "", since) if part) or VIDE


def _money(value: float | None) -> Nombre:
    return Nombre(value, VIDE if value is None else euros(value))


def _write_places(plan: PlanMutualisation, law: Completude, source: str) -> Tableau:
    """One row an arrondissement: what is there, what is planned, whether the plan reaches it."""

    def count(rows: tuple[Mutualisation, ...], code: str) -> Nombre:
        return Nombre.entier(sum(code in row.arrondissements for row in rows))

    wide = [sum(not row.arrondissements for row in rows) for rows in (plan.existants, plan.prevus)]
    rows: list[tuple[Cellule, ...]] = [
        (name, count(plan.existants, code), count(plan.prevus, code), _say(code in law.mutualisation.servi))
        for code, name in law.lieux
    ]
    rows.append((PARTOUT, *map(Nombre.entier, wide), ""))
    return Tableau(
        titre="Ce que le plan atteint, arrondissement par arrondissement",
        colonnes=("Arrondissement", "Existantes", "Prévues", "Atteint par le plan"),
        lignes=tuple(rows),
        id="arrondissements",
        note=f"{REGLE} {source}",
        numeriques=frozenset({1, 2}),
    )


def _say(reached: bool) -> str:  # noqa: FBT001 - one word for yes, one for no
    return "Oui" if reached else "Non"


def _write_doubts(plan: PlanMutualisation) -> Iterator[Bloc]:
    """What is named and not said: by the published text, by whoever wrote a row."""
    if plan.a_confirmer:
        yield Titre("Nommé, à confirmer", 1)
        yield Liste(
            tuple(typeset(f"{row.libelle} ({row.source or A_CONFIRMER})") for row in plan.a_confirmer)
        )
    lacking = [(row, lacks) for row in plan.prevus if (lacks := list_lacks(row))]
    if lacking:
        yield Titre("Ce qui reste à dire", 1)
        yield Liste(tuple(typeset(f"{row.libelle} : {', '.join(lacks)}.") for row, lacks in lacking))


def write_in_schema(programme: Programme, law: Completude, edition: Edition) -> Iterator[Bloc]:
    """The same sections inside the document of the schema, which tells the law itself; none if empty."""
    if not programme.mutualisations:
        return
    yield Titre(TITRE, 1)
    for bloc in _write_sections(programme, law, edition):
        yield replace(bloc, niveau=bloc.niveau + 1) if isinstance(bloc, Titre) else bloc
