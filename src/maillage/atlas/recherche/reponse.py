"""What answers a search."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reponse:
    """Something that has a name, and how well it answers.

    ``genre``: a mesh, service, indicateur, lieu or page; ``code``: its key among its kind. ``detail``: one
    line that tells what it is. ``url``: its page in the application; null without one. ``score``: 0 to 100,
    the higher the surer. ``par``: the other name, number or word it answered by; null when it was its own.
    """

    genre: str
    code: str
    nom: str
    detail: str
    url: str | None = None
    score: float = 0.0
    par: str | None = None

    @property
    def ligne(self) -> str:
        """The detail; by what it answered rather than postcodes, when it was not by its name.

        >>> Reponse("commune", "59350", "Lille", "commune · 59000", par="dont Lomme").ligne
        'commune · dont Lomme'
        """
        return f"{self.detail.partition(' · ')[0]} · {self.par}" if self.par else self.detail

    @property
    def objet(self) -> dict[str, str | float | None]:
        """What files and machines read of it.

        >>> Reponse("service", "gare", "Gare", "service", score=99.0).objet["score"]
        99.0
        """
        told = {"nom": self.nom, "genre": self.genre, "code": self.code, "detail": self.ligne}
        return told | {"score": self.score, "url": self.url}
