"""A space for who discovers the application: a question, its answer, a document, by role."""

from __future__ import annotations

from typing import Final

from maillage.web.comptes.models import Mandat, Personne
from maillage.web.echanges import commands, queries
from maillage.web.echanges.models import EspaceEchange
from maillage.web.fichiers.commands import give
from maillage.web.programme.noms import get_noms, list_portees

QUESTION: Final = (
    "Exemple de message, pour découvrir cet espace : d’ici la prochaine réunion, qui relit la liste des "
    "maisons de santé de l’arrondissement ? Je joins ce qu’il faudrait vérifier."
)
REPONSE: Final = "Exemple de réponse : je la relis avec les intercommunalités, et je note ici ce qui manque."
DOCUMENT: Final = (
    "Exemple de document.\n\nÀ vérifier pour chaque maison de santé :\n"
    "- son adresse et ses jours d’ouverture ;\n- ce qui y est proposé ;\n- ce qui est prévu, et pour quand.\n"
)


def keep_if_none() -> EspaceEchange | None:
    """The example, where no space is open; null when there is one, no schema, or not both accounts."""
    if EspaceEchange.objects.exists() or not list_portees():
        return None
    held = Mandat.objects.filter(personne__demonstration=True).select_related("personne").order_by("pk")
    thematic = held.filter(role=Mandat.Role.PILOTE_THEMATIQUE).exclude(theme="").first()
    local = held.filter(role=Mandat.Role.PILOTE_TERRITORIAL).exclude(territoire="").first()
    if thematic is None or local is None:
        return None
    place = local.territoire.removeprefix("arrondissement:")
    return _write(thematic.personne, local.personne, thematic.theme, place)


def _write(asks: Personne, answers: Personne, theme: str, lieu: str) -> EspaceEchange:
    espace = commands.open_espace(asks, queries.make_espace(get_noms(), theme, lieu))
    question = commands.write_message(asks, espace, QUESTION)
    give(asks, espace, "a-verifier.txt", DOCUMENT.encode(), "Exemple : ce qu’il faudrait vérifier")
    commands.write_message(answers, espace, REPONSE, question)
    return espace
