"""What the files of an atlas weigh, said by whichever server made them."""

from __future__ import annotations

from django.db import models

from maillage.web.socle.personnel import DonneesPersonnelles


class PoidsDeFichier(models.Model):
    """Bytes and SHA-256 of a published file, once it was made.

    ``empreinte``: the atlas it says; ``version``: that of the code that wrote it. The three names together
    make its bytes: every server of an install says the same of it, those that never made it too.
    """

    PERSONNEL = DonneesPersonnelles(autres=("empreinte", "version", "nom", "sha256"))

    empreinte = models.CharField("empreinte de l’atlas", max_length=80)
    version = models.CharField("version", max_length=40)
    nom = models.CharField("fichier", max_length=200)
    octets = models.BigIntegerField("octets")
    sha256 = models.CharField("SHA-256", max_length=64)

    class Meta:
        verbose_name = "poids d’un fichier publié"
        verbose_name_plural = "poids des fichiers publiés"
        constraints = (
            models.UniqueConstraint(fields=("empreinte", "version", "nom"), name="un_poids_par_fichier"),
        )

    def __str__(self) -> str:
        return self.nom
