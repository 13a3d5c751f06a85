"""Changes proposed by some and decided by others."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from maillage.sdaasp.programme.vocabulaire import EtatAmendement, get_libelle
from maillage.web.socle.ecriture import historique
from maillage.web.socle.personnel import DonneesPersonnelles


class Amendement(models.Model):
    """A proposed change of one object: for each field its name, ``avant`` and ``apres``.

    ``propose_le`` is null for what was never proposed: a draft, kept or thrown away, which exists for its
    author only.
    """

    PERSONNEL = DonneesPersonnelles(
        (
            "auteur",
            "motif",
            "reponse",
        ),
        "proposer et décider un changement",
        "les comptes ; un brouillon, son auteur seul",
        "celle du schéma : rien ne l’efface",
        autres=("changements",),
    )

    sorte = models.CharField(max_length=12)
    objet = models.CharField("objet", max_length=120, db_index=True)
    changements = models.JSONField(default=list)
    motif = models.TextField("motif")
    auteur = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    propose_le = models.DateTimeField("proposé le", default=timezone.now, null=True, editable=False)
    etat = models.CharField("état", max_length=10, default=EtatAmendement.PROPOSE.value)
    reponse = models.TextField("réponse", null=True, blank=True)
    history = historique()

    class Meta:
        verbose_name = "amendement"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"Amendement n° {self.pk} ({self.objet})"

    @property
    def etat_libelle(self) -> str:
        """The state in words."""
        return get_libelle(EtatAmendement(self.etat))
