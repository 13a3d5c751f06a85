"""Parts of a programme's document that are written only when there is something to say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from maillage.francais import euros, mesure_exacte, typeset
from maillage.reports.rendu.blocs import Bloc, Liste, Nombre, Paragraphe, Tableau, Titre
from maillage.sdaasp.indicateurs.valeurs import DECIMALES_CALCULEES, list_series
from maillage.sdaasp.programme.mesures import Cible, IndicateurSuivi
from maillage.sdaasp.programme.modele import BonnePratique, Declinaison, Frein, Label, Moyen, Programme
from maillage.sdaasp.programme.vocabulaire import get_libelle


def tell_means(means: Moyen) -> str:
    """A means with its nature and cost.

    >>> from maillage.sdaasp.programme.vocabulaire import NatureMoyen
    >>> tell_means(Moyen(libelle="Un bus", nature=NatureMoyen.MATERIEL))
    'Un bus (matériel, locaux)'
    """
    cost = None if means.cout_eur is None else euros(means.cout_eur)
    kind = None if means.nature is None else get_libelle(means.nature).lower()
    more = " ; ".join(part for part in (kind, cost, means.financeur) if part)
    return f"{means.libelle} ({more})" if more else means.libelle


def tell_obstacle(obstacle: Frein) -> str:
    """An obstacle, whether it stands and what would lift it."""
    status = None if obstacle.statut is None else get_libelle(obstacle.statut).lower()
    lift = None if obstacle.condition_levee is None else f"levé si : {obstacle.condition_levee}"
    more = " ; ".join(part for part in (status, lift) if part)
    return f"{obstacle.libelle} ({more})" if more else obstacle.libelle


def write_indicators(programme: Programme, objet: str) -> Iterator[Bloc]:
    """The indicators of an object: last validated value and targets."""
    held = [i for i in programme.indicateurs if i.objet == objet]
    if held:
        yield Tableau(
            titre="Indicateurs et cibles",
            colonnes=("Indicateur", "Nature", "Dernière valeur validée", "Cibles"),
            lignes=tuple(
                (i.libelle, get_libelle(i.nature), _tell_value(programme, i), _tell_targets(programme, i))
                for i in held
            ),
            note=typeset(f"Sources : {' ; '.join(_tell_origin(programme, i) for i in held)}."),
        )


def _tell_origin(programme: Programme, indicator: IndicateurSuivi) -> str:
    """Whence an indicator comes, and the vintage of its last value when an atlas gave it."""
    series = list_series(programme.valeurs, indicator.cle)
    figure = series[-1].chiffre if series else None
    told = indicator.source or ("" if figure else "source non indiquée")
    atlas = f"atlas « {figure.atlas} », millésime {figure.millesime}" if figure else ""
    return f"{indicator.libelle}, {', '.join(part for part in (told, atlas) if part)}"


def tell_weather(declinaison: Declinaison) -> str:
    """How an action goes, as its pilot told it, and the pilot's words."""
    if declinaison.meteo is None:
        return "Non dite"
    return " : ".join(filter(None, (get_libelle(declinaison.meteo), declinaison.commentaire_meteo)))


def _tell_value(programme: Programme, indicator: IndicateurSuivi) -> str:
    series = list_series(programme.valeurs, indicator.cle)
    if not series:
        return "Aucune"
    last = series[-1]
    decimals = DECIMALES_CALCULEES if last.chiffre else 6
    return f"{_tell(last.valeur, last.texte, indicator.unite, decimals)} ({write_day(last.date)})"


def _tell_targets(programme: Programme, indicator: IndicateurSuivi) -> str:
    held: list[Cible] = [c for c in programme.cibles if c.indicateur == indicator.cle]
    return " ; ".join(f"{c.annee} : {_tell(c.valeur, c.texte, indicator.unite)}" for c in held) or "Aucune"


def _tell(value: float | None, text: str | None, unit: str | None, decimals: int = 6) -> str:
    return (text or "—") if value is None else mesure_exacte(value, unit, decimals)


def write_steps(slots: Iterable[Declinaison], names: Mapping[str, str], source: str) -> Iterator[Bloc]:
    """The steps of declinaisons, by arrondissement, with their means and cost."""
    rows = tuple(
        (
            names.get(d.arrondissement, d.arrondissement),
            step.libelle,
            write_day(step.debut),
            write_day(step.fin),
            write_day(step.faite_le),
            " ; ".join(part for part in (step.moyens, step.financeur) if part) or "—",
            Nombre(step.cout_eur, "—" if step.cout_eur is None else euros(step.cout_eur)),
        )
        for d in slots
        for step in d.etapes
    )
    if rows:
        yield Tableau(
            titre="Étapes",
            colonnes=("Arrondissement", "Étape", "Début", "Fin", "Faite le", "Moyens", "Coût"),
            lignes=rows,
            note=source,
            numeriques=frozenset({6}),
        )


def write_day(day: date | None) -> str:
    """A date as 31/01/2027; a dash for none."""
    return "—" if day is None else f"{day:%d/%m/%Y}"


def write_practices(
    practices: Iterable[BonnePratique], labels: Iterable[Label], names: Mapping[str, str]
) -> Iterator[Bloc]:
    """Good practices, what they serve and where they were taken up."""
    known = {label.cle: label.nom for label in labels}
    held = tuple(practices)
    if held:
        yield Titre("Bonnes pratiques", 1)
    for practice in held:
        yield Titre(practice.titre, 2)
        if practice.description:
            yield Paragraphe(practice.description)
        place = [practice.lieu, names.get(practice.territoire or "", practice.territoire)]
        where = ", ".join(part for part in place if part) or "tout le département"
        served = " ; ".join(names.get(key, key) for key in practice.objectifs) or "aucun n’est nommé"
        lines = [f"Où : {where}", f"Objectifs servis : {served}"]
        if practice.labels:
            lines.append(f"Labels : {', '.join(known.get(key, key) for key in practice.labels)}")
        lines += [f"Reprise : {_tell_reuse(r.territoire, r.annee, r.resultat)}" for r in practice.reprises]
        yield Liste(tuple(lines))


def _tell_reuse(place: str, year: int | None, result: str | None) -> str:
    when = f" ({year})" if year is not None else ""
    return f"{place}{when}{f', {result}' if result else ''}"
