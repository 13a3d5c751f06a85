"""Administration screens a non-developer can use: search, filters, plain words; writes are signed."""

from __future__ import annotations

from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django_otp.plugins.otp_static.models import StaticDevice
from django_tasks_db.models import DBTaskResult

from maillage.web.comptes.models import Mandat, Organisation, Personne
from maillage.web.socle.ecriture import ecriture


def connexion(request: HttpRequest, extra_context: Any = None) -> HttpResponse:
    """One way in for everyone, which asks for the second factor where there is one."""
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(request.GET.get("next") or reverse("admin:index"))


admin.site.login = connexion  # type: ignore[method-assign]
# Frames of other applications that no mandate needs: nothing is done from these screens.
for model in (Group, AccessAttempt, AccessFailureLog, AccessLog, StaticDevice, DBTaskResult):
    admin.site.unregister(model)
admin.site.site_header = "Maillage : administration"
admin.site.site_title = "Maillage"
admin.site.index_title = "Comptes, organisations et mandats"


class Signe(admin.ModelAdmin):
    """Saves and deletes signed in the history, allowed by the mandate of administration."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001
        """Save, signed."""
        with ecriture(request.user, "comptes.administrer"):
            super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001
        """The mandates of a person's page too, signed."""
        with ecriture(request.user, "comptes.administrer"):
            super().save_related(request, form, formsets, change)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """Several at once, signed."""
        with ecriture(request.user, "comptes.administrer"):
            super().delete_queryset(request, queryset)

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
