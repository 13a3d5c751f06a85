"""What a model keeps about people, said where the model is: what for, who reads it, how long."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DonneesPersonnelles:
    """The personal fields of a model. The register is made of these; a test asks each model for one.

    ``champs``: names of fields that hold or point to a person; ``lecteurs``: who reads them; ``duree``: how
    long they stay; ``regle``: the retention rule that takes them away, if any. ``autres``: fields of free
    text that say nothing of a person.
    """

    champs: tuple[str, ...] = ()
    finalite: str = ""
    lecteurs: str = ""
    duree: str = ""
    regle: str = ""
    autres: tuple[str, ...] = ()
