"""Django set up for one machine, its database up to date."""

from __future__ import annotations

import os
from pathlib import Path

import django


def set_up(var: Path, atlas: Path, port: int = 8000) -> None:
    """Point the settings at a folder and an atlas (or a folder of atlases), migrate, make ready."""
    os.environ["MAILLAGE_VAR"] = str(var.resolve())
    os.environ["MAILLAGE_ATLAS"] = str(atlas.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.web.settings.local")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
