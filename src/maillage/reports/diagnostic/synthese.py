"""The two pages that a préfet reads: what, where, for whom, which services, what to do."""

from __future__ import annotations

from collections.abc import Iterator

from maillage.atlas.lecture.chiffres import Chiffre
from maillage.atlas.lecture.lecteur import Lecteur
from maillage.atlas.lecture.territoires import Territoire
from maillage.catalogue.figures_de_reference import load_cartes
from maillage.diagnostic.phrases import enumerate_words
from maillage.francais import (
    accord,
    arrondir,
    avec_unite,
    known,
    majuscule,
    mettre_au_pluriel,
    minuscule,
    nombre,
    typeset,
)
from maillage.reports.diagnostic import cartes
from maillage.reports.diagnostic.constats import (
    BASKET,
    LARGE,
    Eloignes,
    Manque,
    choose_eloignement,
    choose_mesh,
    is_apart,
    keep_large,
    keep_mostly_far,
    list_communes,
    list_lacks,
    measure,
    measure_all,
    rank_most,
    rank_worst,
)
from maillage.reports.diagnostic.document import Section, Volet
from maillage.reports.diagnostic.equite import GROUPES
from maillage.reports.diagnostic.phrases import flow, people, percent, qualify, say_commune
from maillage.reports.diagnostic.pistes import list_leads
from maillage.reports.rendu.blocs import Cellule, Nombre, Tableau

POOR = "taux_pauvrete"
HEADS = ("Territoire", "Habitants", "Temps moyen", "À plus de {} min", "Éloignés")
NUMBERED, NAMED, SERVICES, TERRITOIRES, PART = 8, 3, 6, 7, 0.64
WHERE = 4
THRESHOLD = "Seuil : durée au-delà de laquelle ce service est dit trop loin."
NOTABLE = 0.05
"""A gap up to (≤) this share of everybody's time is none, as on every page."""


def make_part(lecteur: Lecteur) -> Volet | None:
    """The two pages; null for an atlas that knows no département or no distance."""
    here = lecteur.departement
    if here is None:
        return None
    sections = (
        tell_where(lecteur, here),
        tell_whom(lecteur, here),
        tell_services(lecteur, here),
        list_leads(lecteur, here),
    )
    kept = tuple(section for section in sections if section is not None)
    return Volet("essentiel", "L’essentiel en deux pages", kept) if kept else None


def tell_where(lecteur: Lecteur, here: Territoire) -> Section | None:
    """How many are far, in which territories, in which communes: the main map."""
    far = measure(lecteur, here)
    if far is None:
        return None
    communes = measure_all(lecteur, list_communes(lecteur, here))
    worst = rank_worst(keep_large(communes))[:NUMBERED]
    chosen = next((c for c in load_cartes() if c.id == far.de.carte), None)
    fond = (
        cartes.make_fond(lecteur, here, PART) if chosen and lecteur.a("commune", chosen.indicateur) else None
    )
    drawn = (cartes.draw(chosen, fond, lecteur, [c.territoire for c in worst]),) if chosen and fond else ()
    return Section(
        "quoi-ou",
        "Quoi, et où",
        (*tell_most(communes), *([explain_numbers(worst)] if worst and drawn else [])),
        drawn,
        list_territories(lecteur),
        liste=tuple(name_far(rank, c) for rank, c in enumerate(worst, 1)),
        entree=(tell_whole(lecteur, far), *tell_territories(lecteur)),
        part=PART,
    )


def tell_whole(lecteur: Lecteur, far: Eloignes) -> str:
    """The figure to keep, then the mean times."""
    share, said = Nombre.avec_intervalle(far.part, 2), qualify(far.part)
    mean = ", en moyenne," if far.de.duree == BASKET else ""
    shown = {far.de.duree: (far.de.plus_pres, far.duree)}
    shown.setdefault(*_show_france_services(lecteur))
    text = f"""{share} des habitants du département, {people(far.personnes)}, vivent à plus de
    {far.de.minutes} minutes de voiture{mean} {far.de.de}{said}."""
    times = [(words, figure) for words, figure in shown.values() if known(figure.valeur)]
    if times:
        listed = enumerate_words([f"{words} {Nombre.de(figure)}" for words, figure in times])
        text += f" Pour l'habitant moyen, {listed}{qualify(*(figure for _, figure in times))}."
    return flow(text)


def _show_france_services(lecteur: Lecteur) -> tuple[str, tuple[str, Chiffre]]:
    name = "duree_france_services"
    return name, ("la France services la plus proche à", lecteur.reference(name))


def tell_territories(lecteur: Lecteur) -> Iterator[str]:
    """Where the share is largest, where most of those people live; nothing for a département in one piece."""
    found = measure_all(lecteur, lecteur.territoires(choose_mesh(lecteur)))
    if len(found) < 2:
        return
    named = enumerate_words([f"{f.territoire.en_phrase} ({percent(f.part)})" for f in found[:-1][:NAMED]])
    last = found[-1]
    text = f"""C'est le cas le plus souvent dans {named}, le moins souvent dans {last.territoire.en_phrase}
    ({percent(last.part)})."""
    most = rank_most(found)
    total = sum(f.personnes for f in most)
    if most and total:
        first = most[0]
        share = avec_unite(first.personnes / total, "part")
        text += f""" Le plus grand nombre de ces habitants, {people(first.personnes)} ({share} d'entre eux),
        vit dans {first.territoire.en_phrase}."""
    yield flow(f"{text[:-1]}{qualify(*(f.part for f in found))}.")


def tell_most(communes: list[Eloignes]) -> Iterator[str]:
    """The communes where most people are far."""
    mostly = rank_most(keep_mostly_far(communes))
    if mostly:
        named = enumerate_words([say_commune(c) for c in mostly[:NAMED]])
        count = accord(len(mostly), "commune")
        dated = qualify(*(c.part for c in mostly[:NAMED]))
        yield flow(
            f"""Dans {count} sur {len(communes)}, plus de la moitié des habitants sont dans ce cas ; les plus
            peuplées : {named}{dated}."""
        )


def explain_numbers(worst: list[Eloignes]) -> str:
    """How the communes that the map numbers were chosen: see :func:`keep_large`."""
    large = all((c.territoire.population or 0) >= LARGE for c in worst)
    firm = not any(is_apart(c.territoire) for c in worst)
    size = f" de {LARGE} habitants ou plus" if large else ""
    place = ", loin de la limite du département" if firm else ""
    return flow(f"Les trajets moyens les plus longs, parmi les communes{size}{place} :")


def name_far(rank: int, far: Eloignes) -> str:
    """One of the numbered communes."""
    return typeset(f"{rank} · {far.territoire.nom} : {Nombre.de(far.duree)}")


def list_territories(lecteur: Lecteur) -> tuple[Tableau, ...]:
    """The territories that have a page, the farthest first; none for a département in one piece."""
    found = measure_all(lecteur, lecteur.territoires(choose_mesh(lecteur)))
    if len(found) < 2:
        return ()
    poor = [lecteur.chiffre(f.territoire.niveau, f.territoire.code, POOR) for f in found]
    said = any(figure.connu for figure in poor)
    rows = tuple(
        make_line(lecteur, far, poverty if said else None) for far, poverty in zip(found, poor, strict=True)
    )
    kind = majuscule(mettre_au_pluriel(found[0].territoire.nature))
    shown = f"{kind}, du plus loin au plus près"
    if len(rows) > TERRITOIRES:
        shown += f" : {TERRITOIRES} sur {len(rows)}"
    dated = qualify(*(f.part for f in found)).strip(" ()")
    note = f"Temps et habitants éloignés : {dated}."
    if said:
        note += f" Pauvreté : {qualify(*poor).strip(' ()')}."
    return (
        Tableau(
            typeset(shown),
            (
                *(head.format(found[0].de.minutes) for head in HEADS),
                *(["Pauvreté"] if said else []),
                "Palier",
            ),
            rows[:TERRITOIRES],
            "territoires",
            typeset(note),
            frozenset(range(1, len(HEADS) + said)),
        ),
    )


def make_line(lecteur: Lecteur, far: Eloignes, poverty: Chiffre | None) -> tuple[Cellule, ...]:
    """One territory; ``poverty``: null when it is known nowhere."""
    here = far.territoire
    return (
        here.nom,
        Nombre.entier(here.population),
        Nombre.de(far.duree),
        Nombre.de(far.part, 2),
        Nombre.entier(arrondir(far.personnes)),
        *([] if poverty is None else [Nombre.de(poverty)]),
        say_tier(lecteur, here),
    )


def say_tier(lecteur: Lecteur, here: Territoire) -> str:
    """The tier of a territory under the rule; « hors liste » when it is not kept, empty when not judged."""
    found = lecteur.deficit(here.niveau, here.code)
    if found is None or not found.decidable:
        return ""
    names = {palier.id: palier.nom for palier in lecteur.paliers}
    return names.get(found.palier or "", "en déficit") if found.en_deficit else "hors liste"


def tell_whom(lecteur: Lecteur, here: Territoire) -> Section | None:
    """Ages and groups that are farther than everybody, and where distance adds to hardship."""
    texts = (*tell_ages(lecteur, here), *tell_groups(lecteur), *tell_both(lecteur))
    return Section("pour-qui", "Pour qui", texts, nouvelle_page=True) if texts else None


def tell_ages(lecteur: Lecteur, here: Territoire) -> Iterator[str]:
    """How many of the old and of the young are far."""
    ages = {
        "plus_65": ("part_65_plus", "de 65 ans ou plus"),
        "moins_15": ("part_moins_15", "de moins de 15 ans"),
    }
    what = choose_eloignement(lecteur)
    if what is None:
        return
    said, used = [], []
    for suffix, (share, words) in ages.items():
        far, group = lecteur.reference(f"{what.part}_{suffix}"), lecteur.reference(share)
        if far.valeur is not None and group.valeur is not None and here.population:
            count = far.valeur * group.valeur * here.population
            said.append(f"{people(count)} {words} ({percent(far)} de cet âge)")
            used += [far, group]
    if said:
        far_from = f"à plus de {what.minutes} minutes {what.de}"
        yield flow(f"Sont {far_from} {enumerate_words(said)}{qualify(*used)}.")


def tell_groups(lecteur: Lecteur) -> Iterator[str]:
    """The groups whose mean time differs from that of everybody in the same communes."""
    everyone = lecteur.reference(BASKET).valeur
    if not everyone:
        return
    found = [
        (nom, gap)
        for name, nom in GROUPES.items()
        if known((gap := lecteur.reference(f"ecart_panier_{name}")).valeur)
    ]
    for sign, words in ((1, "Mettent plus de temps"), (-1, "Mettent moins de temps")):
        kept = [(nom, gap) for nom, gap in found if sign * (gap.valeur or 0.0) > NOTABLE * everyone]
        if kept:
            named = enumerate_words([f"{minuscule(nom)} ({say_gap(gap.valeur or 0.0)})" for nom, gap in kept])
            dated = qualify(*(gap for _, gap in kept))
            yield flow(f"{words} que les autres habitants des mêmes communes : {named}{dated}.")
    alike = [minuscule(nom) for nom, gap in found if abs(gap.valeur or 0.0) <= NOTABLE * everyone]
    if alike:
        yield flow(f"Sans écart notable : {enumerate_words(alike)}.")


def say_gap(minutes: float) -> str:
    """« 34 s de moins »: a gap between two mean times."""
    return f"{nombre(abs(minutes) * 60)}\u00a0s de {'plus' if minutes > 0 else 'moins'}"


def tell_both(lecteur: Lecteur) -> Iterator[str]:
    """The territories that the rule keeps for two reasons or more."""
    mesh = choose_mesh(lecteur)
    judged = lecteur.deficits(mesh)
    held = [t for t in lecteur.territoires(mesh) if t.code in judged and len(judged[t.code].motifs) > 1]
    if held:
        reasons = enumerate_words([reason[0].lower() + reason[1:] for reason in judged[held[0].code].motifs])
        named = enumerate_words([t.en_phrase for t in held])
        count = accord(sum(t.population or 0 for t in held), "habitant")
        yield flow(f"Les difficultés se cumulent ({reasons}) dans {named} : {count}.")


def tell_services(lecteur: Lecteur, here: Territoire) -> Section | None:
    """The services that the most people have beyond their limit, and where first."""
    lacks = list_lacks(lecteur, here)[:SERVICES]
    if not lacks:
        return None
    mesh = choose_mesh(lecteur)
    rows = tuple(make_row(lecteur, lack, mesh) for lack in lacks)
    columns = ("Service", "Seuil", "Habitants au-delà", "Part", "Où le plus souvent", "Données")
    kept = [k for k in range(len(columns)) if mesh or k != WHERE]
    table = Tableau(
        "Les services que le plus d’habitants ont trop loin",
        tuple(columns[k] for k in kept),
        tuple(tuple(row[k] for k in kept) for row in rows),
        "manques-departement",
        typeset(THRESHOLD),
        frozenset({1, 2, 3}),
    )
    return Section("quels-services", "Quels services", tableaux=(table,))


def make_row(lecteur: Lecteur, lack: Manque, mesh: str) -> tuple[Cellule, ...]:
    """One service, and the territory where it is too far for the largest share."""
    name = lack.part.definition.id
    shares = [(lecteur.chiffre(mesh, t.code, name), t) for t in lecteur.territoires(mesh)]
    known_shares = [(share.valeur, t.code, share, t) for share, t in shares if share.valeur is not None]
    where = ""
    if known_shares:
        _, _, share, first = max(known_shares, key=lambda row: row[:2])
        where = f"{first.nom} ({percent(share)})"
    return (
        lack.nom,
        Nombre(float(lack.minutes), avec_unite(lack.minutes, "min")),
        Nombre.entier(arrondir(lack.personnes)),
        Nombre.de(lack.part, 2),
        typeset(where),
        typeset(qualify(lack.part).strip(" ()")),
    )
