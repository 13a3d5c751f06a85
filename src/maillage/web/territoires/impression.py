"""A portrait's page turned into a document and a workbook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from maillage.atlas import ods
from maillage.atlas.lecture.chiffres import Chiffre
from maillage.atlas.lecture.definitions import Definition
from maillage.atlas.lecture.territoires import Territoire
from maillage.francais import (
    FIABILITES,
    NON_RENSEIGNE,
    accord,
    arrondir,
    avec_unite,
    jour,
    majuscule,
    minuscule,
    nombre,
    plat,
    typeset,
)
from maillage.reports.diagnostic import sans_voiture
from maillage.reports.diagnostic.document import set_section
from maillage.reports.rendu.autonome import detacher
from maillage.reports.rendu.blocs import Bloc, Carte, Classe, Document, Image, Paragraphe, Tableau, Titre
from maillage.reports.rendu.couleurs import ECHELLE
from maillage.web.programme.noms import get_noms
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.territoires import egalite, petite_carte, phrases, prevu, profil, queries
from maillage.web.territoires.apports import ApportPortrait


def make_document(
    atlas: AtlasOuvert, here: Territoire, today: date, apports: Iterable[ApportPortrait] = ()
) -> Document:
    """The portrait as a document made on ``today``; ``apports``: what apps above add to it."""
    reperes, proches = queries.list_reperes(atlas, here), queries.list_proches(atlas, here)
    lines = profil.list_profil(atlas, here)
    opening = "".join(words for words, _ in phrases.chapeau(here, reperes, proches))
    blocs = [
        *(Paragraphe(text) for text in (opening, avertir(atlas)) if text),
        *_reperes(atlas, here, reperes),
        *make_map(atlas, here),
        *_proches(atlas, proches),
        *_sans_voiture(atlas, here),
        *_profil(atlas, lines),
        *_priorite(atlas, here),
        *_egalite(atlas, here),
        *_habitants(atlas, here),
        *(bloc for one in apports for bloc in set_section(one.section)),
        *_prevu(atlas, here, today),
        *_annexe(atlas, lines),
    ]
    when = f", données mises à jour le {jour(atlas.construit_le)}" if atlas.construit_le else ""
    mention = f"Maillage, le {jour(today)}{when}"
    test = bool(atlas.jeu_essai)
    return Document(here.nom_complet, phrases.nature(here), "Maillage", mention, tuple(blocs), jeu_essai=test)


def cite(atlas: AtlasOuvert, definitions: Iterable[Definition]) -> str:
    """The sources of these indicators, each once, with their vintages."""
    names = dict.fromkeys(atlas.nom_source(source) for d in definitions for source in d.sources)
    return f"Sources : {' ; '.join(names)}." if names else ""


def avertir(atlas: AtlasOuvert) -> str:
    """What is read before any figure: simulated, estimated; empty when neither."""
    parts = ["Jeu d’essai : chiffres simulés." if atlas.jeu_essai else ""]
    parts.append(
        {"estime": "Temps estimés, non mesurés sur les routes.", "simule": "Temps simulés."}.get(
            atlas.fiabilite_temps or "", ""
        )
    )
    return " ".join(part for part in parts if part)


def _texte(chiffre: Chiffre) -> str:
    d = chiffre.definition
    return avec_unite(chiffre.valeur, d.unite, d.arrondi)


def _reperes(atlas: AtlasOuvert, here: Territoire, reperes: list[queries.Repere]) -> Iterator[Bloc]:
    dot = {"commune": "une commune", "epci": "une intercommunalité", "arrondissement": "un arrondissement"}
    level = queries.niveau_des_points(atlas, here.niveau)
    yield Titre("Repères")
    yield Paragraphe(
        f"Chaque point est {dot.get(level, 'un territoire')} ; le trait, la moyenne du département."
    )
    for r in reperes:
        grade = FIABILITES.get(r.chiffre.fiabilite or "", NON_RENSEIGNE)
        sentence = f"{_texte(r.chiffre)} {r.phrase}, contre {_texte(r.reference)} dans le département"
        told = f"{sentence} ({grade}, {r.chiffre.definition.millesime})."
        yield Image(detacher(r.bande), sentence, 0.7, told) if r.bande else Paragraphe(told)
    yield Paragraphe(cite(atlas, (r.chiffre.definition for r in reperes)))


def make_map(atlas: AtlasOuvert, here: Territoire) -> tuple[Carte, ...]:
    """The map around a territory, its legend counted in communes, its sources; none without outlines."""
    drawn = petite_carte.carte_autour(atlas, here)
    if drawn is None:
        return ()
    d = drawn.chiffre.definition
    legend = " ; ".join(words for _, words in drawn.legende)
    made = Carte(
        id="carte",
        titre=f"{d.nom}, par commune, en {d.unite} ({d.millesime}) ; entre parenthèses, combien de communes",
        svg=detacher(drawn.dessin),
        description=f"{d.nom}, par commune. Classes, en {d.unite} : {legend}.",
        classes=tuple(
            Classe(words, ECHELLE[rank - 1], *drawn.comptes.get(rank, (0, 0.0)))
            for rank, words in drawn.legende
        ),
        note=cite(atlas, (d,)),
        tableau="",
    )
    return (made,)


def _proches(atlas: AtlasOuvert, proches: list[queries.Proche]) -> Iterator[Bloc]:
    if proches:
        note = cite(atlas, (p.chiffre.definition for p in proches))
        rows = tuple((p.chiffre.definition.objet, _texte(p.chiffre), _texte(p.reference)) for p in proches)
        yield Titre("Ce qui est près, ce qui est loin")
        yield _tableau("En voiture jusqu’au lieu le plus proche", "Service", rows, note)


def _sans_voiture(atlas: AtlasOuvert, here: Territoire) -> Iterator[Bloc]:
    """The hours a week with a car and without, by type of service, and how they are counted."""
    lines = sans_voiture.list_lines(atlas, here.niveau, here.code)
    if lines:
        yield Titre("Sans voiture")
        told = ("".join(words for words, _ in sans_voiture.say_hours(line)) for line in lines)
        yield from map(Paragraphe, filter(None, told))
        shown = (sans_voiture.ask(line, mode) for line in lines for mode, _ in sans_voiture.list_modes(lines))
        note = cite(atlas, (c.definition for c in shown if c.connu))
        yield replace(sans_voiture.list_hours(lines), note=note)
        yield from map(Paragraphe, sans_voiture.tell_count(atlas, lines))


def _profil(atlas: AtlasOuvert, lines: list[profil.LigneProfil]) -> Iterator[Bloc]:
    rows = tuple(_dimension(ligne)[0] for ligne in lines)
    yield Titre("Les sept dimensions de l’accessibilité")
    yield Paragraphe("Rien n’est additionné : aucune dimension n’en compense une autre.")
    legende = "Le premier chiffre de chaque dimension ; les autres en fin de document"
    heads = (ligne.mesures[0].chiffre.definition for ligne in lines if ligne.mesures)
    yield Tableau(legende, DIMENSIONS, rows, note=cite(atlas, heads))


def _annexe(atlas: AtlasOuvert, lines: list[profil.LigneProfil]) -> Iterator[Bloc]:
    """Every figure of the dimensions that have several."""
    rows = tuple(row for ligne in lines if len(ligne.mesures) > 1 for row in _dimension(ligne))
    if rows:
        yield Titre("Tous les chiffres des sept dimensions")
        note = cite(atlas, (m.chiffre.definition for ligne in lines for m in ligne.mesures))
        yield Tableau("Dimension par dimension", DIMENSIONS, rows, note=note)


DIMENSIONS = ("Dimension", "Indicateur", "Ici", "Département", "Parmi ses semblables")


def _dimension(ligne: profil.LigneProfil) -> list[tuple[str, ...]]:
    """Every figure of a dimension; what to supply when there is none."""
    if not ligne.mesures:
        return [(ligne.nom, NON_RENSEIGNE, "", "", "")]
    return [
        (
            ligne.nom if rank == 0 else "",
            f"{m.chiffre.definition.nom} ({m.chiffre.definition.millesime})",
            _texte(m.chiffre),
            _texte(m.reference),
            m.place.mots if m.place else "sans rang",
        )
        for rank, m in enumerate(ligne.mesures)
    ]


def _priorite(atlas: AtlasOuvert, here: Territoire) -> Iterator[Bloc]:
    found = atlas.deficit(here.niveau, here.code)
    if found is None or not found.decidable:
        return
    kept = found.en_deficit
    yield Titre("Pourquoi ce territoire est prioritaire" if kept else "Ce territoire est-il prioritaire ?")
    verdict = f"{found.motif}." if found.en_deficit else "Non, selon la règle en usage."
    texts = (verdict, found.typologie, found.solidite, found.voisinage, *found.raisons, *found.portrait)
    yield from (Paragraphe(text) for text in texts if text)


def _egalite(atlas: AtlasOuvert, here: Territoire) -> Iterator[Bloc]:
    found = egalite.read_egalite(atlas, here)
    if found is None or not found.groupes:
        return
    rows = [(majuscule(g.nom), _texte(g.chiffre), g.ecart, _texte(g.eloignes)) for g in found.groupes]
    rows.insert(0, ("Tous les habitants", _texte(found.groupes[0].tous), "", _texte(found.eloignes)))
    yield Titre("Égalité : qui est laissé de côté, et où")
    heads = ("Groupe", "Temps", "Écart avec tous", "À plus de 7 min")
    shown = (d for g in found.groupes for d in (g.chiffre.definition, g.eloignes.definition))
    note = cite(atlas, shown)
    yield Tableau("Trajet moyen vers les services du quotidien", heads, tuple(rows), note=note)
    where = found.concentration
    if where is not None and len(where.communes) > 1:
        names = ", ".join(f"{t.nom} ({nombre(arrondir(count))})" for t, count in where.communes)
        yield Paragraphe(f"Les communes qui comptent le plus d’habitants éloignés : {names}.")


def _habitants(atlas: AtlasOuvert, here: Territoire) -> Iterator[Bloc]:
    held = queries.list_habitants(atlas, here)
    rows = tuple(
        (f"{c.definition.nom} ({c.definition.millesime})", _texte(c), _texte(mean)) for c, mean in held
    )
    if rows:
        yield Titre("Qui vit ici")
        yield _tableau(
            "Les habitants", "Ce que l’on sait", rows, cite(atlas, (c.definition for c, _ in held))
        )


def _prevu(atlas: AtlasOuvert, here: Territoire, today: date) -> Iterator[Bloc]:
    """The actions of the programme for the arrondissement, and how far each is."""
    found = prevu.read_prevu(atlas, here)
    if found is None:
        return
    yield Titre("Ce qui est prévu ici")
    rows = tuple((d.theme_nom, typeset(d.libelle), str(d.annee), d.etat) for d in found.declinaisons)
    named = f"{nombre(len(rows))} sur {accord(found.total, 'déclinaison')} ont un intitulé."
    if len(rows) < found.total:
        yield Paragraphe(f"{named} Les autres restent à confirmer.")
    schema = get_noms().schema
    note = typeset(f"Source : {schema.get('source') or schema['nom']} ; programme au {jour(today)}.")
    where = minuscule(found.arrondissement.nom_complet)
    yield Tableau(
        f"Le programme d’actions, pour l’{where}", ("Thème", "Action", "Année", "État"), rows, note=note
    )


def _tableau(legende: str, premiere: str, rows: tuple[tuple[str, ...], ...], note: str) -> Tableau:
    heads = (premiere, "Ici", "Département")
    return Tableau(legende, heads, rows, note=note, numeriques=frozenset({1, 2}))


def make_classeur(atlas: AtlasOuvert, here: Territoire) -> bytes:
    """Every figure of the territory, with the département's, its reliability and its vintage."""
    heads = ("indicateur", "nom", "unité", "millésime", "ici", "fiabilité", "couverture", "département")
    whole = atlas.departement
    means = {c.definition.id: c.valeur for c in atlas.chiffres(whole.niveau, whole.code)} if whole else {}
    rows = []
    for c in atlas.chiffres(here.niveau, here.code):
        d = c.definition
        name = (d.id, plat(d.nom), plat(d.unite), d.millesime)
        rows.append((*name, c.valeur, c.fiabilite, c.couverture, means.get(d.id)))
    about = [
        ("atlas", atlas.id),
        ("empreinte", atlas.empreinte),
        ("territoire", here.nom_complet),
        ("code", here.code),
    ]
    return ods.make_ods(
        [("Chiffres", heads, rows), ("À propos", ("", ""), about)], f"Portrait : {here.nom_complet}"
    )
