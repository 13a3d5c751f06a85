"""A portrait's page turned into a document and a workbook."""

from __future__ import annotations

from collections.abc import Iterator

from maillage.atlas import ods
from maillage.atlas.lecture.chiffres import Chiffre
from maillage.atlas.lecture.territoires import Territoire
from maillage.francais import FIABILITES, NON_RENSEIGNE, arrondir, avec_unite, jour, majuscule, nombre, plat
from maillage.reports.rendu.autonome import detacher
from maillage.reports.rendu.blocs import Bloc, Document, Image, Paragraphe, Tableau, Titre
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.territoires import egalite, petite_carte, phrases, profil, queries


def make_document(atlas: AtlasOuvert, here: Territoire) -> Document:
    """The portrait as a document."""
    reperes, proches = queries.list_reperes(atlas, here), queries.list_proches(atlas, here)
    lines = profil.list_profil(atlas, here)
    opening = "".join(words for words, _ in phrases.chapeau(here, reperes, proches))
    blocs = [
        *(Paragraphe(text) for text in (opening, avertir(atlas)) if text),
        *_reperes(reperes),
        *_carte(atlas, here),
        *_proches(proches),
        *_profil(lines),
        *_priorite(atlas, here),
        *_egalite(atlas, here),
        *_habitants(atlas, here),
        *_annexe(lines),
    ]
    when = f", données mises à jour le {jour(atlas.construit_le)}" if atlas.construit_le else ""
    mention = f"Maillage{when}"
    return Document(here.nom_complet, phrases.nature(here), "Maillage", mention, tuple(blocs))


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


def _reperes(reperes: list[queries.Repere]) -> Iterator[Bloc]:
    yield Titre("Repères")
    yield Paragraphe("Chaque point est un territoire ; le trait, la moyenne du département.")
    for r in reperes:
        grade = FIABILITES.get(r.chiffre.fiabilite or "", NON_RENSEIGNE)
        sentence = f"{_texte(r.chiffre)} {r.phrase}, contre {_texte(r.reference)} dans le département"
        yield Paragraphe(f"{sentence} ({grade}, {r.chiffre.definition.millesime}).")
        if r.bande:
            yield Image(detacher(r.bande), sentence, 0.7)


def _carte(atlas: AtlasOuvert, here: Territoire) -> Iterator[Bloc]:
    drawn = petite_carte.carte_autour(atlas, here)
    if drawn is None:
        return
    d = drawn.chiffre.definition
    legend = " ; ".join(words for _, words in drawn.legende)
    yield Titre(d.nom)
    yield Paragraphe(f"Par commune, en {d.unite}, du clair au foncé : {legend}.")
    yield Image(detacher(drawn.dessin), f"{d.nom}, par commune. Classes : {legend}.", 0.62)


def _proches(proches: list[queries.Proche]) -> Iterator[Bloc]:
    if proches:
        rows = tuple((p.chiffre.definition.objet, _texte(p.chiffre), _texte(p.reference)) for p in proches)
        yield Titre("Ce qui est près, ce qui est loin")
        yield _tableau("En voiture jusqu’au lieu le plus proche", "Service", rows)


def _profil(lines: list[profil.LigneProfil]) -> Iterator[Bloc]:
    rows = tuple(_dimension(ligne)[0] for ligne in lines)
    yield Titre("Les sept dimensions de l’accessibilité")
    yield Paragraphe("Rien n’est additionné : aucune dimension n’en compense une autre.")
    legende = "Le premier chiffre de chaque dimension ; les autres en fin de document"
    yield Tableau(legende, DIMENSIONS, rows)


def _annexe(lines: list[profil.LigneProfil]) -> Iterator[Bloc]:
    """Every figure of the dimensions that have several."""
    rows = tuple(row for ligne in lines if len(ligne.mesures) > 1 for row in _dimension(ligne))
    if rows:
        yield Titre("Tous les chiffres des sept dimensions")
        yield Tableau("Dimension par dimension", DIMENSIONS, rows)


DIMENSIONS = ("Dimension", "Indicateur", "Ici", "Département", "Parmi ses semblables")


def _dimension(ligne: profil.LigneProfil) -> list[tuple[str, ...]]:
    """Every figure of a dimension; what to supply when there is none."""
    if not ligne.mesures:
        return [(ligne.nom, NON_RENSEIGNE, "", "", "")]
    return [
        (
            ligne.nom if rank == 0 else "",
            m.chiffre.definition.nom,
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
    yield Tableau("Trajet moyen vers les services du quotidien", heads, tuple(rows))
    where = found.concentration
    if where is not None and len(where.communes) > 1:
        names = ", ".join(f"{t.nom} ({nombre(arrondir(count))})" for t, count in where.communes)
        yield Paragraphe(f"Les communes qui comptent le plus d’habitants éloignés : {names}.")


def _habitants(atlas: AtlasOuvert, here: Territoire) -> Iterator[Bloc]:
    rows = tuple(
        (f"{c.definition.nom} ({c.definition.millesime})", _texte(c), _texte(mean))
        for c, mean in queries.list_habitants(atlas, here)
    )
    if rows:
        yield Titre("Qui vit ici")
        yield _tableau("Les habitants", "Ce que l’on sait", rows)


def _tableau(legende: str, premiere: str, rows: tuple[tuple[str, ...], ...]) -> Tableau:
    return Tableau(legende, (premiere, "Ici", "Département"), rows)


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
    return ods.make_ods([("Chiffres", heads, rows), ("À propos", ("", ""), about)])
