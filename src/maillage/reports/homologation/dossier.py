"""The file: what the system is, what it holds, how it is protected, what remains, what is left to say.

What only the authority can say (needs, gravity, risks accepted, how long) is left blank, and said to be. Its
words are in ``catalogue/homologation.toml``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final

from maillage.catalogue.lecture import read_toml
from maillage.francais import jour, typeset
from maillage.reports.homologation.matiere import (
    ChapitreSecurite,
    FluxReseau,
    MatiereHomologation,
    ResteSecurite,
    RoleDecrit,
    TraitementDecrit,
)
from maillage.reports.rendu.blocs import (
    Bloc,
    Cellule,
    Couverture,
    Document,
    Liste,
    Nombre,
    Paragraphe,
    Tableau,
    Titre,
)

A_REMPLIR: Final = "…………………………"
A_COTER: Final = "……"


def make_dossier(matiere: MatiereHomologation, le: date) -> Document:
    """The whole file, as of one day."""
    words = read_toml("homologation.toml")
    blocs = (
        *_write_purpose(words["autorite"]),
        *_write_system(matiere, words["logiciel"]),
        *_write_data(matiere.traitements, words),
        *_write_flows(matiere.flux, words["logiciel"]),
        *_write_roles(matiere.roles, words["logiciel"]),
        *_write_measures(matiere.chapitres, words["logiciel"]),
        *_write_recovery(words),
        *_write_rests(matiere.restes, words["logiciel"]),
        *_write_sources(words["sources"].values()),
    )
    titre = "Dossier d’homologation de sécurité"
    return Document(
        titre=titre,
        sous_titre=typeset(matiere.nom),
        auteur=matiere.organisme or "Maillage",
        mention=f"{titre} · {matiere.nom} · {jour(le)}",
        blocs=blocs,
        sommaire=1,
        bandeaux=(typeset(words["autorite"]["avertissement"]),),
        couverture=Couverture(
            matiere.organisme or A_REMPLIR,
            (("Établi le", jour(le)), ("Version du logiciel", matiere.version)),
        ),
    )


def _list(texts: Iterable[str]) -> Liste:
    return Liste(tuple(typeset(text) for text in texts))


def _to_fill(titre: str, colonnes: tuple[str, ...], names: Iterable[str], blank: str = A_REMPLIR) -> Tableau:
    """A table whose first column is known, and the others left to whoever decides."""
    rows = tuple((typeset(name), *(blank,) * (len(colonnes) - 1)) for name in names)
    return Tableau(typeset(titre), tuple(typeset(name) for name in colonnes), rows)


def _write_purpose(words: dict[str, Any]) -> Iterator[Bloc]:
    yield Titre("1. Ce que l’autorité doit dire et décider", 1)
    yield Paragraphe(typeset(words["objet"]))
    yield _list(words["a_dire"])
    yield _to_fill("Qui répond de quoi", ("Fonction", "Nom", "Depuis le"), words["fonctions"])


def _write_system(matiere: MatiereHomologation, words: dict[str, Any]) -> Iterator[Bloc]:
    yield Titre("2. Le système", 1)
    yield Paragraphe(typeset(words["systeme"]))
    rows = tuple((typeset(name), typeset(value)) for name, value in matiere.systeme)
    yield Tableau("Réglages de cette installation", ("Quoi", "Ce qu’il en est"), rows)


def _write_data(traitements: tuple[TraitementDecrit, ...], words: dict[str, Any]) -> Iterator[Bloc]:
    yield Titre("3. Les données et leurs besoins", 1)
    yield Paragraphe(typeset(words["logiciel"]["donnees"]))
    needs = ("Famille de données", "Disponibilité", "Intégrité", "Confidentialité", "Preuve")
    yield _to_fill("Besoins, à coter par l'autorité", needs, words["autorite"]["familles"], A_COTER)
    rows = tuple(
        (*map(typeset, (t.nom, ", ".join(t.champs), t.finalite, t.lecteurs, t.duree)), t.regle or "–")
        for t in traitements
    )
    heads = ("Traitement", "Données", "Finalité", "Lecteurs", "Durée", "Effacé par")
    yield Tableau("Registre des données personnelles", heads, rows, annexe=True)


def _write_flows(flux: tuple[FluxReseau, ...], words: dict[str, Any]) -> Iterator[Bloc]:
    yield Titre("4. Les flux", 1)
    closed = sum(not one.ouvert for one in flux)
    yield Paragraphe(typeset(f"{words['flux']} De ces {len(flux)} flux, {closed} sont éteints ici."))
    rows = tuple(
        tuple(map(typeset, (f.nom, f.de, f.vers, f.moyen, f.donnees, "ouvert" if f.ouvert else "éteint")))
        for f in flux
    )
    yield Tableau("Flux réseau", ("Flux", "De", "Vers", "Moyen", "Données", "Ici"), rows)


def _write_roles(roles: tuple[RoleDecrit, ...], words: dict[str, Any]) -> Iterator[Bloc]:
    yield Titre("5. Comptes et rôles", 1)
    yield Paragraphe(typeset(words["roles"]))
    rows: tuple[tuple[Cellule, ...], ...] = tuple(
        (typeset(one.nom), Nombre.entier(one.lus), Nombre.entier(one.ecrits), Nombre.entier(one.personnes))
        for one in roles
    )
    heads = ("Rôle", "Adresses lues", "Adresses écrites", "Personnes aujourd’hui")
    yield Tableau("Rôles", heads, rows, numeriques=frozenset({1, 2, 3}))


def _write_measures(chapitres: tuple[ChapitreSecurite, ...], words: dict[str, Any]) -> Iterator[Bloc]:
    yield Titre("6. Les mesures et leurs preuves", 1)
    measures = [mesure for one in chapitres for mesure in one.mesures]
    proofs = sum(len(mesure.preuves) for mesure in measures)
    told = f"{len(measures)} menaces, chacune avec sa mesure, tenues par {proofs} essais nommés."
    yield Paragraphe(typeset(f"{told} {words['sans_audit']}"))
    for one in chapitres:
        rows = tuple((typeset(m.menace), typeset(m.mesure), _name(m.preuves)) for m in one.mesures)
        yield Tableau(typeset(one.titre), ("Menace", "Mesure", "Essais"), rows)


def _name(preuves: Iterable[str]) -> str:
    """The names of tests, which a line may break."""
    return " ; ".join(name.removeprefix("test_").replace("_", " ") for name in preuves)


def _write_recovery(words: dict[str, Any]) -> Iterator[Bloc]:
    yield Titre("7. Sauvegarde et reprise", 1)
    yield _list(words["logiciel"]["reprise"])
    yield _to_fill("À dire par l'exploitant", ("Quoi", "Réponse"), words["autorite"]["reprise"])


def _write_rests(restes: tuple[ResteSecurite, ...], words: dict[str, Any]) -> Iterator[Bloc]:
    yield Titre("8. Ce qui n’est pas couvert", 1)
    yield Paragraphe(typeset(words["restes"]))
    for one in restes:
        yield _to_fill(one.titre, ("Point", "Décision de l'autorité"), one.points)


def _write_sources(sources: Iterable[dict[str, Any]]) -> Iterator[Bloc]:
    yield Titre("9. Textes", 1)
    rows = tuple(
        (typeset(one["nom"]), one["source"], "oui" if one["confirme"] else "non : à vérifier")
        for one in sources
    )
    yield Tableau("Textes cités", ("Texte", "Adresse", "Relu à la source"), rows)
