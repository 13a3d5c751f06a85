from django.apps import AppConfig


class PublicationConfig(AppConfig):
    """The open geographic services, under ``/ogc/``."""

    name = "maillage.web.publication"
    label = "publication"
    verbose_name = "Services ouverts"
