"""The programme, or one fiche, as a document: what is planned, how far it is, what is missing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.francais import euros, jour, majuscule, minuscule, typeset
from maillage.reports.programme.budget import write_budget
from maillage.reports.programme.edition import Edition, make_cover, make_signatures, tell_source
from maillage.reports.programme.mutualisation import write_in_schema
from maillage.reports.programme.parties import (
    tell_means,
    tell_obstacle,
    tell_weather,
    write_indicators,
    write_practices,
    write_steps,
)
from maillage.reports.rendu.blocs import Bloc, Document, Liste, Paragraphe, Tableau, Titre
from maillage.sdaasp.completude.loi import Completude, Exigence
from maillage.sdaasp.completude.mots import tell_exigence, tell_objets, tell_verdict
from maillage.sdaasp.indicateurs.couverture import (
    Case,
    MatriceCouverture,
    cross_arrondissements,
    cross_deficits,
    cross_dimensions,
)
from maillage.sdaasp.programme.fne import EtapeFne
from maillage.sdaasp.programme.modele import Declinaison, FicheAction, Lien, ObjectifPrioritaire, Programme
from maillage.sdaasp.programme.vocabulaire import A_CONFIRMER, get_libelle

NON_REPRIS = "Non repris du document publié."
ETAPES_FNE = ("Orientation", "Étape", "Volet", "Arrondissement", "Échéance", "Coût", "Financeur, fonds")
COLONNES_LOI = {
    "objectifs_quantitatifs": "Objectif chiffré",
    "objectifs_qualitatifs": "Objectif qualitatif",
    "mesures": "Mesure",
    "territoires_en_deficit": "Servi",
}
SIGNES = {"couvert": "oui", "a_confirmer": "à confirmer", "vide": "—"}


def make_programme(programme: Programme, law: Completude, edition: Edition) -> Document:
    """The whole programme, to be signed, and what the law asks of it (``law``: the answer of its pages)."""
    blocs = [
        *_write_law(programme, law, edition),
        *(bloc for fiche in programme.fiches for bloc in _write_fiche(programme, fiche, 1, edition)),
        *_write_fne(programme, edition),
        *write_in_schema(programme, law, edition),
        *write_budget(programme, law.territoires, tell_source(programme, edition)),
        *write_practices(programme.bonnes_pratiques, programme.labels, _names(programme)),
        Titre("Ce que couvre le programme", 1),
        *(
            _write_matrix(matrix, tell_source(programme, edition))
            for matrix in (
                cross_dimensions(programme),
                cross_arrondissements(programme),
                cross_deficits(programme, law.territoires),
            )
        ),
        Titre("Signatures", 1),
        make_signatures(programme, edition),
    ]
    return replace(_wrap(programme, programme.schema.nom, tuple(blocs), edition), sommaire=1)


def make_fiche(programme: Programme, key: str, edition: Edition) -> Document:
    """One fiche; refuses a key that the programme does not have."""
    fiche = next((fiche for fiche in programme.fiches if fiche.cle == key), None)
    if fiche is None:
        known = ", ".join(fiche.cle for fiche in programme.fiches)
        raise EntreeInvalide(f"Aucune fiche « {key} ». Fiches : {known}.")
    return _wrap(programme, fiche.titre, tuple(_write_fiche(programme, fiche, 0, edition))[1:], edition)


def _wrap(programme: Programme, title: str, blocs: tuple[Bloc, ...], edition: Edition) -> Document:
    schema = programme.schema
    return Document(
        titre=title,
        sous_titre=typeset(schema.nom) if title != schema.nom else "",
        auteur=", ".join(schema.pilotes),
        mention=f"{schema.source or schema.nom}. « {A_CONFIRMER} » : laissé en blanc dans le texte publié.",
        blocs=tuple(map(_set_type, blocs)),
        couverture=make_cover(programme, edition),
    )


def _set_type(bloc: Bloc) -> Bloc:
    """A block with French typography; wordings keep every letter."""
    if isinstance(bloc, Titre | Paragraphe):
        return replace(bloc, texte=typeset(bloc.texte))
    if isinstance(bloc, Liste):
        return Liste(tuple(map(typeset, bloc.elements)))
    if isinstance(bloc, Tableau):
        rows = tuple(tuple(typeset(str(cell)) for cell in row) for row in bloc.lignes)
        return replace(bloc, titre=typeset(bloc.titre), lignes=rows)
    return bloc


def _write_law(programme: Programme, law: Completude, edition: Edition) -> Iterator[Bloc]:
    yield Titre("Ce que demande la loi", 1)
    yield Paragraphe(tell_verdict(law))
    for exigence in law.toutes:
        yield Titre(exigence.regle.intitule, 2)
        yield Paragraphe(" ".join(filter(None, (tell_exigence(law, exigence), tell_objets(exigence)))))
    if law.territoires:
        yield replace(_write_served(law), note=_tell_places(programme, law, edition))


def _write_served(law: Completude) -> Tableau:
    return Tableau(
        titre="Ce qui sert chaque territoire en déficit",
        colonnes=("Territoire en déficit", *(COLONNES_LOI[e.regle.id] for e in law.exigences)),
        lignes=tuple(
            (place.nom, *(_tell_state(exigence, place.code) for exigence in law.exigences))
            for place in law.territoires
        ),
    )


def _tell_places(programme: Programme, law: Completude, edition: Edition) -> str:
    """Whence the territories in deficit come: the zones of the schema, the diagnosis of an atlas, both."""
    zones = {t.code: t.source for t in programme.territoires if t.niveau == "zone"}
    found = [place for place in law.territoires if place.code not in zones]
    more = " Les autres territoires viennent du diagnostic de l’atlas ouvert." if found else ""
    return tell_source(programme, edition, [zones.get(place.code) for place in law.territoires]) + more


def _tell_state(exigence: Exigence, code: str) -> str:
    if code not in exigence.reste:
        return "Oui"
    return "En partie" if exigence.par[code] else "Non"


def _write_fiche(programme: Programme, fiche: FicheAction, level: int, edition: Edition) -> Iterator[Bloc]:
    yield Titre(fiche.titre, level)
    yield Paragraphe(f"Pilote : {fiche.pilote or A_CONFIRMER}. Copilotes : {_join(fiche.copilotes)}.")
    yield Paragraphe(_name_links("Dimensions transversales", fiche.dimensions, _names(programme)))
    yield Paragraphe(_name_links("Autres thèmes", fiche.themes_lies, _names(programme)))
    yield Paragraphe(_name_links("Démarches liées", fiche.demarches, _names(programme)))
    yield Titre("Enjeux", level + 1)
    yield _write_list(fiche.enjeux, "enjeux" in fiche.non_repris)
    for op in programme.objectifs:
        if op.fiche == fiche.cle:
            yield from _write_objective(op, level + 1, edition.tus)
            yield from write_indicators(programme, op.cle)
    slots = [d for d in programme.declinaisons if d.theme == fiche.theme]
    if slots:
        yield Titre("Déclinaisons territoriales", level + 1)
        source = tell_source(programme, edition, (slot.source for slot in slots))
        yield replace(_write_declinaisons(programme, slots, edition.pilotes), note=source)
        yield from write_steps(slots, _names(programme), source)
        for slot in slots:
            yield from write_indicators(programme, slot.cle)


def _write_objective(op: ObjectifPrioritaire, level: int, tus: Collection[str]) -> Iterator[Bloc]:
    yield Titre(f"Objectif prioritaire {op.ordre} : {op.libelle}", level)
    every: tuple[tuple[str, str, Iterable[str] | None], ...] = (
        ("Effets attendus", "effets", op.effets),
        ("Moyens et ressources", "moyens", None if op.moyens is None else map(tell_means, op.moyens)),
        ("Freins à lever", "freins", None if op.freins is None else map(tell_obstacle, op.freins)),
    )
    fields = [one for one in every if one[1] not in tus]
    absent = [heading for heading, field, _ in fields if not getattr(op, field) and field in op.non_repris]
    if absent:
        yield Paragraphe(f"{majuscule(', '.join(map(minuscule, absent)))} : {NON_REPRIS.lower()}")
    for heading, field, texts in fields:
        if heading in absent:
            continue
        yield Titre(heading, level + 1)
        yield _write_list(None if texts is None else tuple(texts), field in op.non_repris)


def _write_list(texts: tuple[str, ...] | None, non_repris: bool) -> Bloc:  # noqa: FBT001
    if texts:
        return Liste(texts)
    if non_repris:
        return Paragraphe(NON_REPRIS)
    return Paragraphe(f"{A_CONFIRMER}." if texts is None else "Aucun.")


def _write_declinaisons(
    programme: Programme, slots: list[Declinaison], pilotes: Mapping[str, str]
) -> Tableau:
    """One row each; the weather of actions has its column once somebody told it."""
    names = _names(programme)
    weather = any(d.meteo for d in slots)
    heads = ("Arrondissement", "Année", "Déclinaison", "Objectif", "État", "Pilote territorial")
    return Tableau(
        titre="Déclinaisons par arrondissement",
        colonnes=(*heads, "Météo") if weather else heads,
        lignes=tuple(
            (
                names.get(d.arrondissement, d.arrondissement),
                str(d.annee),
                _name_slot(d, names),
                _name_goals(d, names),
                get_libelle(d.statut),
                d.pilote_territorial or pilotes.get(d.cle) or "Non connu",
                *((tell_weather(d),) if weather else ()),
            )
            for d in slots
        ),
    )


def _name_slot(declinaison: Declinaison, names: dict[str, str]) -> str:
    zones = (
        f" (pour : {_join(names.get(code, code) for code in declinaison.zones)})" if declinaison.zones else ""
    )
    return f"{declinaison.libelle or '—'}{zones}"


def _name_goals(declinaison: Declinaison, names: dict[str, str]) -> str:
    if declinaison.objectifs is None:
        return A_CONFIRMER
    return " ; ".join(_name_link(lien, names) for lien in declinaison.objectifs) or "—"


def _write_fne(programme: Programme, edition: Edition) -> Iterator[Bloc]:
    if not programme.orientations_fne:
        return
    names = _names(programme)
    yield Titre("France Numérique Ensemble", 1)
    yield Tableau(
        titre="Orientations, actions et priorités de la feuille de route",
        colonnes=("Orientation", "Actions", "Arrondissements prioritaires"),
        lignes=tuple(
            (
                o.titre,
                " ; ".join(action.libelle for action in o.actions),
                "Tous" if o.tous else _join([names.get(code, code) for code in o.priorites]),
            )
            for o in programme.orientations_fne
        ),
        note=tell_source(programme, edition, (o.source for o in programme.orientations_fne)),
    )
    yield from _write_fne_steps(programme, names, edition)


def _write_fne_steps(programme: Programme, names: dict[str, str], edition: Edition) -> Iterator[Bloc]:
    """The steps of the road map, one row each; nothing while none is written."""
    held = [(o, step) for o in programme.orientations_fne for step in o.etapes]
    if held:
        yield Tableau(
            titre="Étapes de la feuille de route",
            colonnes=ETAPES_FNE,
            lignes=tuple((o.titre, *_tell_step(step, names)) for o, step in held),
            note=tell_source(programme, edition, (o.source for o in programme.orientations_fne)),
        )


def _tell_step(step: EtapeFne, names: dict[str, str]) -> tuple[str, ...]:
    due = jour(step.fin) if step.fin else A_CONFIRMER
    return (
        step.libelle,
        get_libelle(step.volet),
        names.get(step.arrondissement or "", "Tous"),
        f"Faite le {jour(step.faite_le)}" if step.faite_le else due,
        "—" if step.cout_eur is None else euros(step.cout_eur),
        ", ".join(filter(None, (step.financeur, step.fonds))) or "—",
    )


def _write_matrix(matrix: MatriceCouverture, source: str) -> Tableau:
    missing = [head.nom for head in matrix.colonnes_vides]
    empty = f"Aucune case cochée : {', '.join(missing)}. " if missing else ""
    covered = [sum(row[k].etat == "couvert" for row in matrix.cases) for k in range(len(matrix.colonnes))]
    return Tableau(
        titre=matrix.nom,
        colonnes=("", *(head.nom for head in matrix.colonnes)),
        lignes=(
            *((head.nom, *map(_sign, row)) for head, row in zip(matrix.lignes, matrix.cases, strict=True)),
            ("Nombre de « oui »", *map(str, covered)),
        ),
        note=typeset(f"{empty}Un tiret : rien ne les relie. {source}"),
    )


def _sign(case: Case) -> str:
    return SIGNES[case.etat]


def _names(programme: Programme) -> dict[str, str]:
    found = {t.code: t.nom for t in programme.territoires}
    found |= {t.cle: t.nom for t in programme.themes}
    found |= {d.cle: d.nom for d in programme.dimensions_transversales}
    found |= {p.cle: p.nom for p in programme.plans_externes}
    return found | {op.cle: op.libelle for op in programme.objectifs}


def _name_links(heading: str, links: tuple[Lien, ...], names: dict[str, str]) -> str:
    return f"{heading} : {_join([_name_link(lien, names) for lien in links])}."


def _name_link(lien: Lien, names: dict[str, str]) -> str:
    name = names.get(lien.cible or "", lien.libelle_publie or lien.cible or "")
    return name if lien.confirme else f"{name} (à confirmer)"


def _join(parts: Iterable[str]) -> str:
    return ", ".join(parts) or "aucun"
