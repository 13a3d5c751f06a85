from django.apps import AppConfig


class ParcoursConfig(AppConfig):
    """Who is consulted on the schema, what each answered, the acts that follow."""

    name = "maillage.web.parcours"
    label = "parcours"
    verbose_name = "Parcours légal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare who may do what, what a desk shows of it, and what the documents' covers read."""
        from maillage.web.parcours import bureau, queries, rules  # noqa: F401
        from maillage.web.programme.public.edition import read_parcours_with

        read_parcours_with(queries.read_if_begun)
