"""Which versions of the base this version of the application can take."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from maillage.catalogue.erreurs import EntreeInvalide, Faute

APPS = Path(__file__).parents[1]


def check_known(sauvegarde: Path, migrations: Iterable[tuple[str, str]]) -> None:
    """Refuse a backup whose base went through changes (app, name) that this version does not know."""
    known = {(path.parents[1].name, path.stem) for path in APPS.glob("*/migrations/0*.py")}
    ours = {app for app, _ in known}
    unknown = sorted(f"{app}.{name}" for app, name in migrations if app in ours and (app, name) not in known)
    if unknown:
        advice = "Installez la version qui l’a faite, ou une plus récente, puis restaurez"
        reason = Faute(f"changement de base inconnu : {', '.join(unknown)}", que_faire=advice)
        raise EntreeInvalide(f"{sauvegarde} vient d’une version plus récente de Maillage.", (reason,))
