from datetime import date

import pytest


@pytest.fixture
def elaboration(charge):
    from maillage.web.elaboration import commands  # noqa: PLC0415

    champs = {"nature": "elaboration", "titre": "Schéma 2031", "debut": date(2026, 1, 1)}
    return commands.open_elaboration(charge, champs, "nord-2025-2030")


@pytest.fixture
def revision(charge):
    from maillage.web.elaboration import commands  # noqa: PLC0415

    champs = {"nature": "revision", "titre": "Révision 2028", "debut": date(2026, 1, 1)}
    return commands.open_elaboration(charge, champs, "nord-2025-2030")


@pytest.fixture
def journee(charge, elaboration):
    """An event of the whole département, all themes."""
    from maillage.web.elaboration import commands  # noqa: PLC0415

    day = date(2026, 2, 3)
    champs = {"nature": "fondatrice", "titre": "Journée fondatrice", "debut": day, "fin": day}
    return commands.add_evenement(charge, elaboration, champs)


@pytest.fixture
def dire(charge):
    """Write a parole: ``dire(elaboration, "texte", theme="sante")``."""
    from maillage.web.elaboration import commands  # noqa: PLC0415

    def make(elaboration, texte, evenement=None, **champs):
        said = {"origine": "salle", "theme": "", "territoire": "", "organisation": ""} | champs
        return commands.collect(charge, elaboration, {"texte": texte, **said}, evenement)

    return make
