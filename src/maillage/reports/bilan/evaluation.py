"""Several years of a schema as a document: what was there before, each theme year after year, what lacks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from maillage.catalogue.departements import list_all
from maillage.francais import FIABILITES, accord, jour, majuscule, mesure_exacte, nombre_exact, typeset
from maillage.reports.bilan.tableaux import tell_vintage
from maillage.reports.rendu.blocs import (
    Bloc,
    Cellule,
    Couverture,
    Document,
    Liste,
    Nombre,
    Paragraphe,
    Signatures,
    Tableau,
    Titre,
)
from maillage.sdaasp.bilan.contenu import ChiffreDuBilan, Contenu, MesureDuBilan, Nomme
from maillage.sdaasp.bilan.evaluation import EvaluationSchema
from maillage.sdaasp.bilan.precedent import FigurePrecedente, SchemaPrecedent
from maillage.sdaasp.programme.statuts import ORDRE, tell_status

VIDE = "—"


def make_evaluation_document(evaluation: EvaluationSchema) -> Document:
    """The whole of it, to be read and signed."""
    last = evaluation.derniere
    known = list_all().get(last.departement)
    blocs = [
        *_write_summary(evaluation),
        *_write_before(evaluation),
        Titre("Chaque thème, année après année", 1, nouvelle_page=True),
        *(bloc for theme in last.themes for bloc in _write_theme(evaluation, theme)),
        *_write_governance(evaluation),
        *_write_missing(evaluation),
        Signatures(tuple((who, "") for who in last.pilotes)),
    ]
    lines = (
        ("Schéma", last.schema),
        ("Années", f"{evaluation.annees[0].contenu.annee}-{last.annee}"),
        ("Établi le", jour(last.etabli_le)),
        *(
            (f"Bilan {one.contenu.annee} (SHA-256)", one.empreinte)
            for one in evaluation.annees
            if one.empreinte
        ),
    )
    return Document(
        titre=evaluation.titre,
        sous_titre=typeset(last.schema),
        auteur=", ".join(last.pilotes) or "Maillage",
        mention=typeset(f"{evaluation.titre}, au {jour(last.etabli_le)}"),
        blocs=tuple(map(_set_type, blocs)),
        sommaire=1,
        couverture=Couverture(
            f"Département {known.de_nom if known else last.departement}",
            tuple((label, typeset(text)) for label, text in lines),
        ),
        jeu_essai=any(one.contenu.essai for one in evaluation.annees),
    )


def make_evaluation_tables(evaluation: EvaluationSchema) -> Document:
    """Its tables, to carry away: one sheet each."""
    whole = make_evaluation_document(evaluation)
    tables = [bloc for bloc in whole.blocs if isinstance(bloc, Tableau)]
    named = tuple(replace(table, id=f"{rank} {table.titre}"[:30]) for rank, table in enumerate(tables, 1))
    return replace(whole, blocs=named, couverture=None)


def _set_type(bloc: Bloc) -> Bloc:
    if isinstance(bloc, Paragraphe):
        return Paragraphe(typeset(bloc.texte))
    if isinstance(bloc, Liste):
        return Liste(tuple(map(typeset, bloc.elements)))
    if isinstance(bloc, Tableau):
        rows = tuple(tuple(typeset(c) if isinstance(c, str) else c for c in row) for row in bloc.lignes)
        return replace(bloc, titre=typeset(bloc.titre), note=typeset(bloc.note), lignes=rows)
    return bloc


def _write_summary(evaluation: EvaluationSchema) -> Iterator[Bloc]:
    yield Titre("L’essentiel", 1)
    yield Paragraphe(
        f"{accord(len(evaluation.annees), 'année')} du schéma : ce qui suit reprend le bilan de chacune."
    )
    statuts = [Counter(a.statut for a in one.contenu.actions) for one in evaluation.annees]
    kept = [statut for statut in ORDRE if any(counts[statut] for counts in statuts)]
    yield Tableau(
        "Déclinaisons suivies, par année et par état",
        ("Année", "Déclinaisons", *(majuscule(tell_status(s, 1).split("\xa0")[1]) for s in kept), "Bilan"),
        tuple(
            (
                str(one.contenu.annee),
                Nombre.entier(len(one.contenu.actions)),
                *(Nombre.entier(counts[s]) for s in kept),
                "figé" if one.empreinte else "non figé",
            )
            for one, counts in zip(evaluation.annees, statuts, strict=True)
        ),
        numeriques=frozenset(range(1, len(kept) + 2)),
    )


def _write_before(evaluation: EvaluationSchema) -> Iterator[Bloc]:
    before = evaluation.precedent
    yield Titre("Face au schéma précédent", 1)
    if before is None:
        yield Paragraphe("Le schéma précédent de ce département n’est pas connu : rien ne lui est comparé.")
        return
    told = f" Son bilan : {before.bilan}." if before.bilan else ""
    count = accord(len(before.orientations), "orientation")
    yield Paragraphe(f"{before.nom} : {count}, de {before.debut} à {before.fin}.{told}")
    yield _cross_orientations(evaluation, before)
    if new := before.list_new(evaluation.derniere):
        yield Paragraphe(f"Thèmes qu’aucune orientation n’annonçait : {', '.join(new)}.")
    yield _list_figures(evaluation, before)


def _cross_orientations(evaluation: EvaluationSchema, before: SchemaPrecedent) -> Tableau:
    last = evaluation.derniere
    names = {theme.cle: theme.nom for theme in last.themes}
    counts = Counter(action.theme for action in last.actions)
    sure = all(one.confirme for one in before.orientations)
    doubt = "" if sure else " Rapprochement proposé par Maillage, à confirmer."
    return Tableau(
        "Ses orientations, et les thèmes qui les poursuivent",
        ("Orientation", "Thème aujourd’hui", f"Déclinaisons en {last.annee}"),
        tuple(
            (
                one.nom,
                ", ".join(names.get(key, key) for key in one.themes) or "aucun",
                Nombre.entier(sum(counts[key] for key in one.themes)),
            )
            for one in before.orientations
        ),
        note=f"Source : {before.source}.{doubt}",
        numeriques=frozenset({2}),
    )


def _list_figures(evaluation: EvaluationSchema, before: SchemaPrecedent) -> Tableau:
    names = {theme.cle: theme.nom for theme in evaluation.derniere.themes}
    found = evaluation.aujourdhui
    told = f" Aujourd’hui : atlas « {found[0].chiffre.atlas} »." if found else " Aucun compte d’aujourd’hui."
    return Tableau(
        "Les chiffres qu’il a laissés, et les comptes d’aujourd’hui",
        ("Thème", "Chiffre", "Au départ", "À la fin", "Aujourd’hui", "Précision"),
        tuple(
            (
                names.get(one.theme, VIDE),
                one.libelle,
                VIDE if one.avant is None else Nombre(one.avant, nombre_exact(one.avant)),
                Nombre(one.valeur, nombre_exact(one.valeur)),
                _show_today(evaluation.find_today(one)),
                _tell_precision(one, evaluation.find_today(one)),
            )
            for one in before.figures
        ),
        note=f"Source : {before.source}.{told}",
        numeriques=frozenset({2, 3, 4}),
    )


def _show_today(count: ChiffreDuBilan | None) -> Cellule:
    if count is None:
        return VIDE
    return Nombre(count.chiffre.valeur, nombre_exact(count.chiffre.valeur))


def _tell_precision(figure: FigurePrecedente, count: ChiffreDuBilan | None) -> str:
    """What each figure counts, the vintage and the grade of today's."""
    start = f"au départ : {figure.avant_precision}" if figure.avant_precision else ""
    today = ""
    if count is not None:
        grade = FIABILITES.get(count.chiffre.fiabilite, count.chiffre.fiabilite)
        today = f"aujourd’hui : {tell_vintage(count.chiffre.millesime) or 'non daté'}, {grade}"
    doubt = "" if figure.confirme else "non vérifié à la source"
    return " ; ".join(part for part in (figure.precision, start, today, doubt) if part) or VIDE


def _write_theme(evaluation: EvaluationSchema, theme: Nomme) -> Iterator[Bloc]:
    yield Titre(theme.nom, 2)
    yield Liste(tuple(_tell_year(one.contenu, theme) for one in evaluation.annees))
    for one in evaluation.annees:
        for text in one.contenu.textes:
            if text.theme == theme.cle and text.arrondissement is None and text.texte:
                yield Paragraphe(f"{one.contenu.annee}, {text.a_qui or 'contribution'} :")
                yield from (Paragraphe(line.strip()) for line in text.texte.splitlines() if line.strip())
    measures = [m for m in evaluation.derniere.mesures if m.theme == theme.cle]
    if measures:
        yield _follow_measures(evaluation, measures, theme)


def _tell_year(contenu: Contenu, theme: Nomme) -> str:
    counts = Counter(action.statut for action in contenu.actions if action.theme == theme.cle)
    told = ", ".join(tell_status(s, counts[s]) for s in ORDRE if counts[s]) or "aucune déclinaison"
    return f"{contenu.annee} : {told}"


def _follow_measures(evaluation: EvaluationSchema, measures: list[MesureDuBilan], theme: Nomme) -> Tableau:
    years = [str(one.contenu.annee) for one in evaluation.annees]
    return Tableau(
        f"Indicateurs pour « {theme.nom} »",
        ("Indicateur", *years, "Cible"),
        tuple(
            (m.libelle, *map(_tell_value, evaluation.list_values(m.cle)), _tell_target(m)) for m in measures
        ),
        note="Dernière valeur validée à la fin de chaque année ; un tiret : aucune.",
        numeriques=frozenset(range(1, len(years) + 1)),
    )


def _tell_value(measure: MesureDuBilan | None) -> Cellule:
    if measure is None or measure.valeur is None:
        return (measure.texte if measure else None) or VIDE
    return Nombre(measure.valeur, mesure_exacte(measure.valeur, measure.unite))


def _tell_target(measure: MesureDuBilan) -> str:
    if measure.cible_annee is None:
        return "Aucune"
    value = mesure_exacte(measure.cible, measure.unite) if measure.cible is not None else measure.cible_texte
    return f"{measure.cible_annee} : {value or VIDE}"


def _write_governance(evaluation: EvaluationSchema) -> Iterator[Bloc]:
    yield Titre("Réunions, décisions, remontées", 1)
    yield Tableau(
        "Ce que chaque année a tenu",
        ("Année", "Réunions", "Décisions", "Remontées", "Sans réponse", "Contributions"),
        tuple(
            (
                str(c.annee),
                _count(c.reunions),
                _count(c.decisions if c.reunions is not None else None),
                _count(c.remontees),
                _count(None if c.remontees is None else [up for up in c.remontees if not up.close]),
                f"{sum(bool(t.texte) for t in c.textes)} sur {len(c.textes)}",
            )
            for c in (one.contenu for one in evaluation.annees)
        ),
        note="« Non lu » : ce bilan a été écrit sans la base de l’application.",
        numeriques=frozenset({1, 2, 3, 4}),
    )


def _count(rows: object) -> Nombre:
    return Nombre(None, "non lu") if rows is None else Nombre.entier(len(rows))  # type: ignore[arg-type]


def _write_missing(evaluation: EvaluationSchema) -> Iterator[Bloc]:
    yield Titre("Ce qui manque", 1)
    lines = []
    if open_ := evaluation.non_figees:
        told = ", ".join(map(str, open_))
        lines.append(f"Bilans non figés : {told}. Leurs états et leurs textes sont ceux d’aujourd’hui.")
    lines += [f"{one.contenu.annee} : {lack}" for one in evaluation.annees for lack in one.contenu.manques]
    yield Liste(tuple(lines)) if lines else Paragraphe("Rien de ce qui était attendu.")
