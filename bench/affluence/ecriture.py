"""Somebody edits the programme now and then: whatever is kept for readers is then made anew."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass

import requests

from bench.affluence.service import FORMULAIRE

PAGE = "/programme/modifier/objectif/sante.1/"


@dataclass
class Ecritures:
    """Edits of an objective of the programme, by who may; how many were acknowledged."""

    port: int
    cookie: str
    faites: int = 0

    async def __call__(self, every_s: float) -> None:
        """One in the middle of each ``every_s``."""
        await asyncio.sleep(every_s / 2)
        while True:
            await asyncio.to_thread(self._edit)
            await asyncio.sleep(every_s)

    def _edit(self) -> None:
        base = f"http://127.0.0.1:{self.port}"
        headers = FORMULAIRE | {"Cookie": self.cookie}
        page = requests.get(base + PAGE, headers=headers, timeout=60).text
        sent = {
            "csrfmiddlewaretoken": re.search(r'csrfmiddlewaretoken" value="(\w+)"', page)[1],
            "version": re.search(r'name="version" value="(\d+)"', page)[1],
            "libelle": f"Un libellé d’essai, {self.faites}",
            "motif": "essai de charge",
        }
        told = requests.post(base + PAGE, data=sent, headers=headers, timeout=60, allow_redirects=False)
        if told.status_code != 302:
            raise RuntimeError(f"an edit was refused: {told.status_code} {told.text[-300:]}")
        self.faites += 1
