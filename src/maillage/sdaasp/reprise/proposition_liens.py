"""The third column of a fiche mixes three relations: each wording is put where it belongs, or asked about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from maillage.sdaasp.programme.modele import FicheAction, Lien
from maillage.sdaasp.programme.recherche import fold
from maillage.sdaasp.reprise.appariement import match_name, squash
from maillage.sdaasp.reprise.dossier import Contexte, Question, target
from maillage.sdaasp.reprise.lexique import Terme, list_terms_of_links
from maillage.sdaasp.reprise.tables_lues import CelluleLue

INCONNU = "inconnu"
RELATIONS = ("dimensions", "themes_lies", "demarches")


def propose_links(fiche: FicheAction, cell: CelluleLue, line: int, context: Contexte) -> FicheAction:
    """The fiche with its three relations; a doubtful wording is linked unconfirmed until somebody decides."""
    found: list[tuple[str, Lien]] = []
    for text in (*cell.paragraphes, *cell.items):
        for wording, term in cut_wordings(text):
            found += _link(fiche, wording, term, line, context)
    links = {name: tuple(lien for relation, lien in found if relation == name) for name in RELATIONS}
    return replace(
        fiche, dimensions=links["dimensions"], themes_lies=links["themes_lies"], demarches=links["demarches"]
    )


def cut_wordings(text: str) -> Iterator[tuple[str, Terme | None]]:
    """(wording, term of the lexicon or ``None``): known wordings first, unknown words gathered between them.

    >>> [(w, t.cible if t else None) for w, t in cut_wordings("Mobilité Contrat PLV Santé")]
    [('Mobilité', 'mobilites-solidaires'), ('Contrat PLV', None), ('Santé', 'sante')]
    """
    unknown: list[str] = []
    rest = text.strip()
    while rest:
        term = _find_first(rest)
        if term is None:
            word, _, rest = rest.partition(" ")
            unknown.append(word)
            continue
        if unknown:
            yield " ".join(unknown), None
            unknown = []
        yield rest[: len(term.libelle)], term
        rest = rest[len(term.libelle) :].strip()
    if unknown:
        yield " ".join(unknown), None


def _find_first(text: str) -> Terme | None:
    terms = sorted(list_terms_of_links(), key=lambda term: -len(term.libelle))
    return next((t for t in terms if _starts(text, t.libelle)), None)


def _starts(text: str, wording: str) -> bool:
    head, after = text[: len(wording)], text[len(wording) : len(wording) + 1]
    return fold(head) == fold(wording) and not after.isalnum()


def _link(
    fiche: FicheAction, wording: str, term: Terme | None, line: int, context: Contexte
) -> list[tuple[str, Lien]]:
    if term is not None and term.cible == "*":
        others = [theme.cle for theme in context.base.themes if theme.cle != fiche.theme]
        return [("themes_lies", Lien(cible=key, libelle_publie=wording)) for key in others]
    if term is not None and term.sur:
        return [(term.relation, Lien(cible=term.cible, libelle_publie=wording))]
    return [_ask_link(fiche, wording, term or _find_close(wording), line, context)]


def _find_close(wording: str) -> Terme | None:
    """The sure term whose spelling is close, for a variant such as « Illétrisme »."""
    sure = {term.libelle: term for term in list_terms_of_links() if term.sur}
    match = match_name(wording, [(name, name) for name in sure])
    close = match.cle is not None and abs(len(squash(match.cle)) - len(squash(wording))) <= 1
    return sure[match.cle] if close and match.cle else None


def _ask_link(
    fiche: FicheAction, wording: str, guess: Terme | None, line: int, context: Contexte
) -> tuple[str, Lien]:
    choices = {
        f"dimensions:{d.cle}": f"la dimension « {d.nom} »" for d in context.base.dimensions_transversales
    }
    choices |= {
        f"themes_lies:{t.cle}": f"le thème « {t.nom} »" for t in context.base.themes if t.cle != fiche.theme
    }
    choices |= {f"demarches:{p.cle}": f"la démarche « {p.nom} »" for p in context.base.plans_externes}
    choices[INCONNU] = "rien de connu : garder le mot tel quel"
    proposed = f"{guess.relation}:{guess.cible}" if guess else None
    answer = context.dossier.ask(
        Question(
            id=f"lien:{wording}",
            ligne=line,
            texte=f"À quoi renvoie « {wording} », écrit dans la colonne des dimensions et synergies ?",
            choix=choices,
            proposition=proposed,
            cellules=target("fiches", fiche.cle, guess.relation if guess else "demarches"),
        )
    )
    if answer == INCONNU or (answer is None and proposed is None):
        return "demarches", Lien(cible=None, libelle_publie=wording, confirme=False)
    relation, _, key = (answer or proposed or "").partition(":")
    return relation, Lien(cible=key, libelle_publie=wording, confirme=answer is not None)
