"""Reads of the spaces for exchange: those open to a person, one of them, what it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.db.models import Count, Max, Prefetch, Q
from django.http import Http404

from maillage.francais import de
from maillage.web.echanges.models import DEPARTEMENT, EspaceEchange, MessageEchange
from maillage.web.programme.models import BonnePratique
from maillage.web.programme.noms import Noms
from maillage.web.programme.recherche import search

FILS: Final = 20
"""Messages on a page, each with its answers."""
PRATIQUES: Final = 12


@dataclass(frozen=True)
class CaseEchange:
    """A space of the table: open (``espace``), to open, or closed to this person (``ouvert`` false)."""

    theme: str
    lieu: str
    ouvert: bool
    espace: Any = None


def make_espace(noms: Noms, theme: str, lieu: str) -> EspaceEchange:
    """The space of a theme and a place, not kept yet; 404 for what the schema does not have."""
    territoire = "" if lieu == DEPARTEMENT else lieu
    if theme not in noms.themes or (territoire and territoire not in noms.arrondissements):
        raise Http404("Le schéma n’a pas d’espace d’échange ici.")
    place = f"arrondissement {de(noms.arrondissements[territoire])}" if territoire else "tout le département"
    return EspaceEchange(theme=theme, territoire=territoire, nom=f"{noms.themes[theme]}, {place}")


def get_espace(personne: Any, noms: Noms, theme: str, lieu: str) -> EspaceEchange:
    """The space as it is kept, or not kept yet (no key); 404 for who is no member."""
    made = make_espace(noms, theme, lieu)
    if not made.is_lisible(personne):
        raise Http404("Cet espace n’est pas ouvert à vos mandats.")
    return EspaceEchange.objects.filter(theme=theme, territoire=made.territoire).first() or made


def list_cases(personne: Any, noms: Noms) -> list[tuple[str, list[CaseEchange]]]:
    """(theme, its spaces: the département, then each place of which one is open) for a person; 1 query."""
    counted = EspaceEchange.objects.annotate(
        nombre=Count("messages", filter=Q(messages__retire_le=None)), dernier=Max("messages__dernier_le")
    ).order_by("theme", "territoire")
    held = {(row.theme, row.lieu): row for row in counted}
    rows = [
        (
            theme,
            [
                CaseEchange(theme, lieu, made.is_lisible(personne), held.get((theme, lieu)))
                for lieu in (DEPARTEMENT, *noms.arrondissements)
                for made in [held.get((theme, lieu)) or make_espace(noms, theme, lieu)]
            ],
        )
        for theme in noms.themes
    ]
    mine = [(theme, cells) for theme, cells in rows if any(cell.ouvert for cell in cells)]
    places = {cell.lieu for _, cells in mine for cell in cells if cell.ouvert}
    return [(theme, [cell for cell in cells if cell.lieu in places]) for theme, cells in mine]


def read_fils(espace: EspaceEchange, texte: str = "", page: str | None = None) -> Page[MessageEchange]:
    """The messages, the last answered first, each with its answers (``fil``), 3 queries.

    ``texte``: those that hold every word, or one of whose answers does; what was taken away is not found.
    """
    people = MessageEchange.objects.select_related("auteur", "retire_par").order_by("ecrit_le", "pk")
    roots = MessageEchange.objects.filter(espace=espace, parent=None)
    if texte:
        found = search(MessageEchange.objects.filter(espace=espace, retire_le=None), texte)
        roots = roots.filter(Q(pk__in=found.values("pk")) | Q(pk__in=found.values("parent")))
    rows = roots.select_related("auteur", "retire_par").order_by("-dernier_le", "-pk")
    shown: Page[MessageEchange] = Paginator(
        rows.prefetch_related(Prefetch("reponses", people, to_attr="fil")), FILS
    ).get_page(page)
    return shown


def find_page(message: MessageEchange) -> int:
    """The page of its space that shows a message."""
    root = message.parent or message
    roots = MessageEchange.objects.filter(espace=message.espace_id, parent=None)
    before = Q(dernier_le__gt=root.dernier_le) | Q(dernier_le=root.dernier_le, pk__gt=root.pk)
    return roots.filter(before).count() // FILS + 1


def get_message(personne: Any, pk: int) -> MessageEchange:
    """A message of a space open to this person; 404 for any other."""
    row = MessageEchange.objects.select_related("espace", "parent").filter(pk=pk).first()
    if row is None or not row.espace.is_lisible(personne):
        raise Http404("Rien de tel ici.")
    return row


def list_pratiques(espace: EspaceEchange) -> list[BonnePratique]:
    """Good practices of its theme, born in its arrondissement first; 1 query."""
    rows = [row for row in BonnePratique.objects.all() if espace.theme in row.themes]
    return sorted(rows, key=lambda row: row.territoire != espace.territoire)[:PRATIQUES]
