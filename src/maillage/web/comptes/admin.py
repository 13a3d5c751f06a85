"""Administration screens a non-developer can use: search, filters, plain words; writes are signed."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from maillage.web.comptes.models import Mandat, Organisation, Personne
from maillage.web.socle.ecriture import ecriture

admin.site.site_header = "Maillage : administration"
admin.site.site_title = "Maillage"
admin.site.index_title = "Comptes, organisations et mandats"


class Signe(admin.ModelAdmin):
    """Saves and deletes signed in the history, allowed by the mandate of administration."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001
        """Save, signed."""
        with ecriture(request.user, "comptes.administrer"):
            super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete, signed."""
        with ecriture(request.user, "comptes.administrer"):
            super().delete_model(request, obj)


class MandatEnLigne(admin.TabularInline):
    """The mandates of a person, on their page."""

    model = Mandat
    extra = 0
    autocomplete_fields = ("organisation",)


@admin.register(Organisation)
class OrganisationAdmin(Signe):
    """Organisations."""

    list_display = ("nom", "sigle", "nature")
    list_filter = ("nature",)
    search_fields = ("nom", "sigle")


@admin.register(Personne)
class PersonneAdmin(Signe):
    """People and their mandates. Accounts are opened by invitation, never here."""

    list_display = ("__str__", "email", "organisation", "is_active", "last_login")
    list_filter = ("is_active", "organisation")
    search_fields = ("first_name", "last_name", "email")
    fields = ("first_name", "last_name", "email", "organisation", "fonction", "is_active", "is_staff")
    autocomplete_fields = ("organisation",)
    inlines = (MandatEnLigne,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Accounts come from invitations."""
        return False


@admin.register(Mandat)
class MandatAdmin(Signe):
    """Mandates: who may do what, where, until when."""

    list_display = ("personne", "role", "organisation", "theme", "territoire", "dimension", "debut", "fin")
    list_filter = ("role", "organisation")
    search_fields = ("personne__last_name", "personne__email", "theme", "territoire")
    autocomplete_fields = ("personne", "organisation")
    date_hierarchy = "debut"
