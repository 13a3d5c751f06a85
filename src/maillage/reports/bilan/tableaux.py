"""The tables of a bilan: the same in its document and in its annexes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import TypeVar

from maillage.francais import FIABILITES, avec_unite, court, mesure_exacte, typeset, unite_de_colonne
from maillage.reports.rendu.blocs import Cellule, Nombre, Tableau
from maillage.sdaasp.bilan.contenu import (
    ActionDuBilan,
    AmendementDuBilan,
    ChiffreDuBilan,
    Contenu,
    DecisionDuBilan,
    EngagementDuBilan,
    MesureDuBilan,
    Nomme,
    PropositionDuBilan,
    RemonteeDuBilan,
    ReunionDuBilan,
    SignalementsDuBilan,
    TexteDuBilan,
)
from maillage.sdaasp.indicateurs.valeurs import DECIMALES_CALCULEES
from maillage.sdaasp.programme.vocabulaire import A_CONFIRMER, get_libelle

T = TypeVar("T")
VIDE = "—"
THEME, ARRONDISSEMENT = "Thème", "Arrondissement"
Sans = tuple[str, ...]
"""Heads of columns that a part leaves out, being of one theme or one place."""


class _Noms:
    """The names of themes and arrondissements of a bilan."""

    def __init__(self, contenu: Contenu) -> None:
        self.themes = {theme.cle: theme.nom for theme in contenu.themes}
        self.places = {place.cle: place.nom for place in contenu.arrondissements}

    def theme(self, key: str | None) -> str:
        """The name of a theme; a dash for none."""
        return self.themes.get(key or "", key or VIDE)

    def place(self, code: str | None) -> str:
        """The name of an arrondissement; the département for none."""
        return self.places.get(code or "", code or "Département")


def _make(
    titre: str,
    rows: Iterable[T],
    colonnes: Iterable[tuple[str, Callable[[T], Cellule]]],
    note: str = "",
    sans: Sans = (),
) -> Tableau:
    """A table of rows; columns of ``sans``, and those that hold nothing, are left out."""
    held, columns = tuple(rows), tuple(column for column in colonnes if column[0] not in sans)
    cells = [[_set(tell(row)) for row in held] for _, tell in columns]
    kept = [k for k, column in enumerate(cells) if not _is_idle(column)] if held else range(len(columns))
    return Tableau(
        titre=typeset(titre),
        colonnes=tuple(columns[k][0] for k in kept),
        lignes=tuple(tuple(cells[k][row] for k in kept) for row in range(len(held))),
        note=typeset(note),
        numeriques=frozenset(
            rank for rank, k in enumerate(kept) if any(isinstance(cell, Nombre) for cell in cells[k])
        ),
    )


def _set(cell: Cellule) -> Cellule:
    return typeset(cell) if isinstance(cell, str) else cell


def _is_idle(column: list[Cellule]) -> bool:
    """Whether a column says nothing: only dashes."""
    return all(str(cell) == VIDE for cell in column)


def list_actions(contenu: Contenu, rows: Iterable[ActionDuBilan], titre: str, sans: Sans = ()) -> Tableau:
    """Declinaisons: theme, place, what they became."""
    names = _Noms(contenu)
    return _make(
        titre,
        rows,
        (
            (THEME, lambda a: names.theme(a.theme)),
            (ARRONDISSEMENT, lambda a: names.place(a.arrondissement)),
            ("Année", lambda a: str(a.annee)),
            ("Déclinaison", lambda a: a.libelle or A_CONFIRMER),
            ("État", lambda a: get_libelle(a.statut)),
            ("Météo", _tell_weather),
            ("Étapes faites", lambda a: f"{a.etapes_faites} sur {a.etapes}" if a.etapes else VIDE),
            ("Pilote", lambda a: a.pilote or VIDE),
        ),
        f"Source : {contenu.source or contenu.schema}.",
        sans,
    )


def _tell_weather(action: ActionDuBilan) -> str:
    """How it goes, as its pilot told it, and the pilot's words."""
    said = get_libelle(action.meteo) if action.meteo else ""
    return " : ".join(filter(None, (said, action.commentaire))) or VIDE


def list_measures(contenu: Contenu, rows: Iterable[MesureDuBilan], titre: str, sans: Sans = ()) -> Tableau:
    """Indicators: last validated value of the year and what is aimed at."""
    names = _Noms(contenu)
    return _make(
        titre,
        rows,
        (
            (THEME, lambda m: names.theme(m.theme)),
            (ARRONDISSEMENT, lambda m: names.place(m.arrondissement)),
            ("Indicateur", lambda m: m.libelle),
            ("Valeur", _tell_value),
            ("Au", lambda m: _day(m.le)),
            ("Cible", _tell_target),
            ("Source", _tell_origin),
        ),
        sans=sans,
    )


def _tell_value(measure: MesureDuBilan) -> Cellule:
    if measure.valeur is None:
        return measure.texte or VIDE
    decimals = DECIMALES_CALCULEES if measure.chiffre else 6
    return Nombre(measure.valeur, mesure_exacte(measure.valeur, measure.unite, decimals))


def _tell_target(measure: MesureDuBilan) -> str:
    if measure.cible_annee is None:
        return "Aucune"
    value = measure.cible_texte or VIDE
    if measure.cible is not None:
        value = mesure_exacte(measure.cible, measure.unite)
    return f"{measure.cible_annee} : {value}"


def _tell_origin(measure: MesureDuBilan) -> str:
    if measure.chiffre is None:
        return measure.source or "non indiquée"
    grade = FIABILITES.get(measure.chiffre.fiabilite, measure.chiffre.fiabilite)
    return f"atlas « {measure.chiffre.atlas} », {measure.chiffre.millesime}, {grade}"


def list_figures(contenu: Contenu, rows: Iterable[ChiffreDuBilan], titre: str) -> Tableau:
    """Figures of the atlas, each with its vintage and how reliable it is."""
    names = _Noms(contenu)
    return _make(
        titre,
        rows,
        (
            (THEME, lambda c: names.theme(c.theme)),
            (ARRONDISSEMENT, lambda c: names.place(c.arrondissement)),
            ("Chiffre", lambda c: c.nom),
            ("Valeur", _show),
            *_VINTAGE,
        ),
        _cite_atlas(contenu),
    )


def compare_figures(contenu: Contenu, rows: Iterable[ChiffreDuBilan], place: Nomme) -> Tableau:
    """The figures of an arrondissement beside those of the département."""
    names = _Noms(contenu)
    whole = {c.chiffre.indicateur: c for c in contenu.chiffres if c.arrondissement is None}
    return _make(
        f"Chiffres de l’atlas à {place.nom}, et dans le département",
        rows,
        (
            (THEME, lambda c: names.theme(c.theme)),
            ("Chiffre", _name_with_unit),
            (place.nom, _show_bare),
            ("Département", lambda c: _show_bare(whole.get(c.chiffre.indicateur))),
            *_VINTAGE,
        ),
        _cite_atlas(contenu),
    )


def cross_figures(contenu: Contenu, theme: Nomme) -> Tableau:
    """The figures of a theme in each arrondissement and in the département."""
    held = [c for c in contenu.chiffres if c.theme == theme.cle]
    here = {(c.arrondissement, c.chiffre.indicateur): c for c in held}

    def show_at(place: str | None) -> Callable[[ChiffreDuBilan], Cellule]:
        return lambda c: _show_bare(here.get((place, c.chiffre.indicateur)))

    places = [(place.nom, show_at(place.cle)) for place in contenu.arrondissements]
    return _make(
        f"Chiffres de l’atlas pour « {theme.nom} »",
        [c for c in held if c.arrondissement is None],
        (("Chiffre", _name_with_unit), ("Département", show_at(None)), *places, _VINTAGE[0]),
        _cite_atlas(contenu),
    )


def _show(figure: ChiffreDuBilan | None) -> Cellule:
    if figure is None:
        return VIDE
    value = figure.chiffre.valeur
    return Nombre(value, avec_unite(value, figure.unite, figure.arrondi))


def _show_bare(figure: ChiffreDuBilan | None) -> Cellule:
    """A figure whose unit its row says."""
    if figure is None:
        return VIDE
    value = figure.chiffre.valeur
    return Nombre(value, court(value, figure.unite, figure.arrondi))


def _name_with_unit(figure: ChiffreDuBilan) -> str:
    unit = unite_de_colonne(figure.unite)
    return f"{figure.nom} ({unit})" if unit else figure.nom


def tell_vintage(millesime: str) -> str:
    """The years of a figure made of several sources, in order, where a line may break.

    >>> tell_vintage("2013-2024-2021"), tell_vintage("2024-08"), tell_vintage("2019-2023")
    ('2013, 2021, 2024', '2024-08', '2019-2023')
    """
    years = millesime.split("-")
    several = len(years) > 2 and all(len(year) == 4 for year in years)
    return ", ".join(sorted(years)) if several else millesime


def _cite_atlas(contenu: Contenu) -> str:
    if not contenu.atlas:
        return ""
    return f"Source : atlas « {contenu.atlas} », figé le {contenu.etabli_le:%d/%m/%Y}."


_VINTAGE: tuple[tuple[str, Callable[[ChiffreDuBilan], Cellule]], ...] = (
    ("Millésime", lambda c: tell_vintage(c.chiffre.millesime) or VIDE),
    ("Fiabilité", lambda c: FIABILITES.get(c.chiffre.fiabilite, c.chiffre.fiabilite)),
)


def list_meetings(contenu: Contenu, rows: Iterable[ReunionDuBilan], titre: str, sans: Sans = ()) -> Tableau:
    """Meetings of the year."""
    names = _Noms(contenu)
    return _make(
        titre,
        rows,
        (
            ("Jour", lambda r: f"{r.jour:%d/%m/%Y}"),
            ("Comité", lambda r: r.comite),
            (ARRONDISSEMENT, lambda r: names.place(r.arrondissement)),
            ("État", lambda r: r.etat),
            ("Compte rendu", lambda r: r.compte_rendu or VIDE),
        ),
        sans=sans,
    )


def list_promises(
    contenu: Contenu, rows: Iterable[EngagementDuBilan], titre: str, sans: Sans = ()
) -> Tableau:
    """What road maps promised, and what is done of it."""
    names = _Noms(contenu)
    return _make(
        titre,
        rows,
        (
            (THEME, lambda e: names.theme(e.theme)),
            (ARRONDISSEMENT, lambda e: names.place(e.arrondissement)),
            ("Engagement", lambda e: e.quoi),
            ("Qui", lambda e: e.qui or "non dit"),
            ("Pour le", lambda e: _day(e.echeance)),
            ("Fait le", lambda e: _day(e.fait_le)),
        ),
        sans=sans,
    )


def list_changes(rows: Iterable[AmendementDuBilan], titre: str) -> Tableau:
    """What changed in the schema in the year."""
    return _make(
        titre,
        rows,
        (
            ("Le", lambda a: _day(a.le)),
            ("Ce qui change", lambda a: a.objet),
            ("Champs", lambda a: ", ".join(a.champs)),
            ("Décision", lambda a: a.decision or VIDE),
        ),
    )


def list_decisions(rows: Iterable[DecisionDuBilan], titre: str) -> Tableau:
    """Decisions of the year, as they stood."""
    return _make(
        titre,
        rows,
        (
            ("Référence", lambda d: d.reference),
            ("Décision", lambda d: d.texte),
            ("Qui s’en charge", lambda d: d.responsable or "non dit"),
            ("Pour le", lambda d: _day(d.echeance)),
            ("État", lambda d: d.etat),
        ),
    )


def list_signalements(
    contenu: Contenu, rows: Iterable[SignalementsDuBilan], titre: str, sans: Sans = ()
) -> Tableau:
    """What residents signalled, by place and by theme, and what became of it."""
    names = _Noms(contenu)
    return _make(
        titre,
        rows,
        (
            (ARRONDISSEMENT, lambda s: names.place(s.arrondissement)),
            (THEME, lambda s: names.theme(s.theme)),
            ("Reçus", lambda s: Nombre.entier(s.recus)),
            ("Avec une réponse", lambda s: Nombre.entier(s.repondus)),
            ("Réunis à un autre", lambda s: Nombre.entier(s.reunis)),
            ("Non publiés", lambda s: Nombre.entier(s.refuses)),
            ("Retirés", lambda s: Nombre.entier(s.retires)),
            ("En attente", lambda s: Nombre.entier(s.en_attente)),
            (
                "Délai médian",
                lambda s: (
                    VIDE if s.delai_j is None else avec_unite(s.delai_j, "j", 1 if s.delai_j % 1 else 0)
                ),
            ),
        ),
        "Source : signalements reçus dans l’année : ce qui a été dit, non tout ce qui ne va pas.",
        sans,
    )


def list_propositions(
    contenu: Contenu, rows: Iterable[PropositionDuBilan], titre: str, sans: Sans = ()
) -> Tableau:
    """What comités d'usagers proposed, what is kept of it, and why."""
    names = _Noms(contenu)
    return _make(
        titre,
        rows,
        (
            (ARRONDISSEMENT, lambda p: names.place(p.arrondissement)),
            (THEME, lambda p: names.theme(p.theme)),
            (
                "Comité d’usagers",
                lambda p: p.comite + (" (jeu d’essai)" if p.essai and "jeu d’essai" not in p.comite else ""),
            ),
            ("Proposition", lambda p: p.texte),
            ("Ce qui en est gardé", lambda p: p.etat),
            ("Pourquoi", lambda p: p.motif or VIDE),
        ),
        "Source : propositions publiées dans l’année par les comités d’usagers.",
        sans,
    )


def list_ups(contenu: Contenu, rows: Iterable[RemonteeDuBilan], titre: str, sans: Sans = ()) -> Tableau:
    """What went up and what was answered."""
    names = _Noms(contenu)
    return _make(
        titre,
        rows,
        (
            ("Nature", lambda r: r.nature),
            (THEME, lambda r: names.theme(r.theme)),
            ("Ce qui remonte", lambda r: r.texte),
            ("Déposée le", lambda r: _day(r.deposee_le)),
            ("Devant", lambda r: r.devant or VIDE),
            ("Réponse", lambda r: r.reponse or r.etat),
            ("Le", lambda r: _day(r.repondue_le)),
        ),
        sans=sans,
    )


def list_texts(contenu: Contenu, rows: Iterable[TexteDuBilan], titre: str) -> Tableau:
    """Contributions: asked of whom, given when."""
    names = _Noms(contenu)
    return _make(
        titre,
        rows,
        (
            (THEME, lambda t: names.theme(t.theme)),
            (ARRONDISSEMENT, lambda t: names.place(t.arrondissement)),
            ("Demandée à", lambda t: t.a_qui or VIDE),
            ("Pour le", lambda t: _day(t.echeance)),
            ("Reçue le", lambda t: _day(t.rendue_le)),
            ("Contribution", lambda t: t.texte or VIDE),
        ),
    )


def _day(day: date | None) -> str:
    return VIDE if day is None else f"{day:%d/%m/%Y}"
