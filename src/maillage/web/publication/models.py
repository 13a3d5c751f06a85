"""What the app keeps: the addresses of webhooks and what was sent to them, the weights of files."""

from maillage.web.publication.donnees.models import PoidsDeFichier
from maillage.web.publication.webhooks.models import EnvoiDeWebhook, Webhook

__all__ = ["EnvoiDeWebhook", "PoidsDeFichier", "Webhook"]
