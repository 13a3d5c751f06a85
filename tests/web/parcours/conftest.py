from datetime import date

import pytest

EPCI = tuple(f"Intercommunalité {rank:02}" for rank in range(1, 18))
SAISIE = date(2024, 11, 30)
FIN = date(2025, 2, 28)


@pytest.fixture
def consultes(charge) -> dict:
    """Seventeen EPCI, the région and the CTAP, asked nothing yet, by name."""
    from maillage.web.parcours import commands  # noqa: PLC0415

    rows = [commands.add_organisme(charge, "epci", name) for name in EPCI]
    rows += [commands.add_organisme(charge, nature, nature) for nature in ("region", "ctap")]
    return {row.nom: row for row in rows}


@pytest.fixture
def saisis(charge, consultes) -> dict:
    """The first version of the text is with the seventeen EPCI since 30 November 2024."""
    from maillage.web.parcours import commands, models  # noqa: PLC0415

    commands.add_texte(charge, date(2024, 11, 25), "")
    rows = [row for row in consultes.values() if row.nature == "epci"]
    commands.refer(charge, rows, 1, SAISIE)
    return {row.nom: row for row in models.OrganismeConsulte.objects.all()}
