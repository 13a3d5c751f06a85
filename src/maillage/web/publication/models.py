"""What the app keeps: the addresses of webhooks and what was sent to them."""

from maillage.web.publication.webhooks.models import EnvoiDeWebhook, Webhook

__all__ = ["EnvoiDeWebhook", "Webhook"]
