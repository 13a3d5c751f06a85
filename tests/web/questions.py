"""What a request asked of its reader: two roles of whom it learned the same are given the same answer.

A role enters an answer only by the rows of the reader's mandates, an install's reserves by their setting.
``note_questions`` sees each question of a permission (``Mandat.est_de``); a role read in any other way, by
the code or by the base, makes the answer that of this role alone. What was asked under one role then need
not be asked again under another of whom every question has the same answer.
"""

import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection

from maillage.web.comptes.models import Mandat

# Queries of whole rows, whose roles are read one by one: those of a person, those of some roles.
LIGNES = re.compile(
    r'SELECT "comptes_mandat"\."id", [^()]+ FROM [^()]+( ON \([^()]+\)[^()]*)* '
    r'WHERE (?P<dont>.*"comptes_mandat"\."(personne_id|role)" (= %s|IN \([%s, ]+\)).*?)( ORDER BY [^()]+)?'
)
SANS_LE_ROLE = re.compile(r' AND NOT \("comptes_mandat"\."(?!role)\w+" = %s\)')
ROLES = frozenset(Mandat.Role.values)


@dataclass
class Questions:
    """Under one reader: each question about the role and its answer, what else was read."""

    lecteur: str  # the role of her only mandate; anything else stands for itself alone
    reserves: tuple[str, ...] = ()
    posees: dict[frozenset[str], bool] = field(default_factory=dict)
    role_lu: bool = False
    reserves_lues: bool = False

    def hold_for(self, lecteur: str, reserves: tuple[str, ...] = ()) -> bool:
        """Whether the same request learns the very same of this reader, in an install of these reserves."""
        if self.reserves_lues and reserves != self.reserves:
            return False
        if lecteur == self.lecteur:
            return True
        if self.role_lu or not {lecteur, self.lecteur} <= ROLES:
            return False
        return all((lecteur in roles) == answer for roles, answer in self.posees.items())


@contextmanager
def note_questions(
    lecteur: str, personne: int | None = None, reserves: tuple[str, ...] = ()
) -> Iterator[Questions]:
    """What is asked of the person of this key, who holds that one mandate, until it ends."""
    noted = Questions(lecteur, reserves)

    def ask(self: Mandat, roles: Collection[str]) -> bool:
        if self.personne_id == personne:
            noted.posees[frozenset(map(str, roles))] = self.__dict__["role"] in roles
        return self.__dict__["role"] in roles

    def read_role(self: Mandat) -> str:
        noted.role_lu |= self.personne_id == personne
        return self.__dict__["role"]

    def write_role(self: Mandat, role: str) -> None:
        self.__dict__["role"] = role

    def read_reserves(self: Any) -> Any:
        noted.reserves_lues = True
        return self._wrapped.MAILLAGE_RESERVES

    def query(execute: Callable, sql: str, params: Any, many: bool, context: dict) -> Any:
        if "mandat" in sql:
            rows = LIGNES.fullmatch(sql)
            kept = SANS_LE_ROLE.sub("", rows["dont"]) if rows else " OR "
            if " OR " in kept or "NOT" in kept or kept.count('"role"') > 1:
                noted.role_lu = True
            elif '"role"' in kept:
                roles = ROLES.intersection(map(str, params))
                noted.posees[roles] = lecteur in roles
        return execute(sql, params, many, context)

    with pytest.MonkeyPatch.context() as patch, connection.execute_wrapper(query):
        patch.setattr(Mandat, "est_de", ask)
        patch.setattr(Mandat, "role", property(read_role, write_role))
        patch.setattr(LazySettings, "MAILLAGE_RESERVES", property(read_reserves), raising=False)
        yield noted
