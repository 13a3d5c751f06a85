"""Changes proposed by some and decided by others."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.utils import timezone

from maillage.sdaasp.programme.vocabulaire import EtatAmendement, get_libelle
from maillage.web.socle.ecriture import historique
from maillage.web.socle.personnel import DonneesPersonnelles


class Amendement(models.Model):
    """A proposed change of one object: for each field its name, ``avant`` and ``apres``.

    ``propose_le`` is null for what was never proposed: a draft, kept or thrown away, which exists for its
    author only. ``avis``: what others say of it. ``decision``: key of the one of a comité. ``effet_le``: the
    day from which an adopted one counts; ``applique_le``: when it was written, null until then.
    """

    PERSONNEL = DonneesPersonnelles(
        (
            "auteur",
            "motif",
            "reponse",
            "avis",
            "decide_par",
        ),
        "proposer et décider un changement",
        "les comptes ; un brouillon, son auteur seul",
        "celle du schéma : rien ne l’efface",
        autres=("changements", "decision"),
    )

    sorte = models.CharField(max_length=12)
    objet = models.CharField("objet", max_length=120, db_index=True)
    changements = models.JSONField(default=list)
    motif = models.TextField("motif")
    auteur = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    propose_le = models.DateTimeField("proposé le", default=timezone.now, null=True, editable=False)
    etat = models.CharField("état", max_length=10, default=EtatAmendement.PROPOSE.value)
    reponse = models.TextField("réponse", null=True, blank=True)
    avis = models.JSONField("avis", default=list, blank=True, editable=False)
    decision = models.CharField("décision", max_length=120, blank=True, editable=False, db_index=True)
    effet_le = models.DateField("prend effet le", null=True, editable=False)
    applique_le = models.DateTimeField("appliqué le", null=True, editable=False)
    decide_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
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

    def is_due(self, jour: date) -> bool:
        """Whether it is adopted, not written yet, and its day has come."""
        adopted = self.etat == EtatAmendement.ADOPTE.value and self.applique_le is None
        return adopted and self.effet_le is not None and self.effet_le <= jour
