from django.apps import AppConfig


class PublicationConfig(AppConfig):
    """What others take: geographic services under ``/ogc/``, files and their catalogue, feeds."""

    name = "maillage.web.publication"
    label = "publication"
    verbose_name = "Services ouverts"
