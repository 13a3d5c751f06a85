"""Administration screens a non-developer can use: search, filters, plain words; writes are signed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_otp.plugins.otp_static.models import StaticDevice
from django_tasks_db.models import DBTaskResult

from maillage.web.comptes import commands, queries
from maillage.web.comptes.acces.commands import wake_account
from maillage.web.comptes.models import Mandat, Menage, Organisation, Personne
from maillage.web.socle.ecriture import ecriture


def connexion(request: HttpRequest, extra_context: Any = None) -> HttpResponse:
    """One way in for everyone, which asks for the second factor where there is one."""
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(request.GET.get("next") or reverse("admin:index"))


def change_password(request: HttpRequest, extra_context: Any = None) -> HttpResponse:
    """One page to change a password, which ends the other sessions."""
    return redirect("comptes:mot-de-passe")


admin.site.login = connexion  # type: ignore[method-assign]
admin.site.password_change = change_password  # type: ignore[method-assign]
# Frames of other applications that no mandate needs: nothing is done from these screens.
for model in (Group, StaticDevice, DBTaskResult):
    admin.site.unregister(model)
admin.site.site_header = "Maillage : administration"
admin.site.site_title = "Maillage"
admin.site.index_title = "Comptes, organisations et mandats"


class Signe(admin.ModelAdmin):
    """Saves and deletes signed in the history, within the authority of who writes."""

    def may_write(self, request: HttpRequest, obj: Any) -> bool:
        """Whether this reader has authority over a row."""
        return True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """By the mandate, then by the row."""
        return super().has_change_permission(request, obj) and (obj is None or self.may_write(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """By the mandate, then by the row."""
        return super().has_delete_permission(request, obj) and (obj is None or self.may_write(request, obj))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001
        """Save, signed."""
        with ecriture(request.user, "comptes.administrer"):
            super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001
        """Save what hangs from it, signed."""
        with ecriture(request.user, "comptes.administrer"):
            super().save_related(request, form, formsets, change)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete, signed."""
        self.delete_queryset(request, type(obj).objects.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """Delete the rows ticked: all of them within one's authority, or none."""
        with ecriture(request.user, "comptes.administrer"):
            if not all(self.may_write(request, obj) for obj in queryset):
                raise PermissionDenied
            for obj in queryset:
                obj.delete()


class FormulaireMandat(forms.ModelForm):
    """A mandate, refused beyond what its author could give."""

    auteur: Any = None

    def clean(self) -> Any:
        """Both what the mandate was and what it becomes."""
        data = super().clean()
        if not self.errors:
            wanted = Mandat(**{name: data[name] for name in PORTEE})
            commands.check_may_give(self.auteur, wanted, self.instance.pk)
        return data


PORTEE = ("role", "theme", "territoire", "dimension", "debut", "fin")


def _signed_form(form: type[Any], request: HttpRequest) -> type[Any]:
    return type("FormulaireMandatSigne", (form,), {"auteur": request.user})


class LignesMandat(BaseInlineFormSet):
    """The mandates of a person; a line ticked for deletion must be in the author's gift too."""

    auteur: Any = None

    def clean(self) -> None:
        """Check what would be deleted."""
        super().clean()
        for form in self.deleted_forms:
            if form.instance.pk:
                commands.check_may_give(self.auteur, form.instance, form.instance.pk)


class MandatEnLigne(admin.TabularInline):
    """The mandates of a person, on their page."""

    model = Mandat
    form = FormulaireMandat
    formset = LignesMandat
    extra = 0
    autocomplete_fields = ("organisation",)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Its forms know who writes."""
        made = super().get_formset(request, obj, form=_signed_form(self.form, request), **kwargs)
        return type("LignesMandatSignees", (made,), {"auteur": request.user})


@admin.register(Organisation)
class OrganisationAdmin(Signe):
    """Organisations."""

    list_display = ("nom", "sigle", "nature")
    list_filter = ("nature",)
    search_fields = ("nom", "sigle")


@admin.register(Personne)
class PersonneAdmin(Signe):
    """People and their mandates. Accounts are opened by invitation, never here."""

    list_display = ("__str__", "email", "organisation", "is_active", "endormi_le", "last_login")
    list_filter = ("is_active", "organisation")
    actions = ("wake",)
    search_fields = ("first_name", "last_name", "email")
    fields = (
        "first_name",
        "last_name",
        "email",
        "organisation",
        "fonction",
        "is_active",
        "is_staff",
        "proconnect",
    )
    readonly_fields = ("proconnect",)
    autocomplete_fields = ("organisation",)
    inlines = (MandatEnLigne,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Accounts come from invitations."""
        return False

    @admin.display(description="ProConnect")
    def proconnect(self, obj: Personne) -> str:
        """The identities that open the account, in words, and for which organisation somebody works."""
        told = [
            f"{one.courriel}, établissement {one.siret}, garantie {one.niveau} "
            f"({one.methodes_dites or 'moyens non dits'})"
            for one in obj.identites.all()
        ]
        return " ; ".join(told) or "compte non relié"

    @admin.action(description="Réveiller les comptes en sommeil", permissions=["change"])
    def wake(self, request: HttpRequest, queryset: Any) -> None:
        """Let accounts be used again; each within one's authority."""
        for personne in queryset.order_by("pk"):
            try:
                wake_account(request.user, personne)
            except ValidationError as error:
                self.message_user(request, " ".join(error.messages), messages.ERROR)

    def may_write(self, request: HttpRequest, obj: Personne) -> bool:
        """Over people all of whose mandates one could give: changing an address takes an account over."""
        return queries.is_in_charge_of(request.user, obj)


@admin.register(Mandat)
class MandatAdmin(Signe):
    """Mandates: who may do what, where, until when."""

    form = FormulaireMandat
    list_display = ("personne", "role", "organisation", "theme", "territoire", "dimension", "debut", "fin")
    list_filter = ("role", "organisation")
    search_fields = ("personne__last_name", "personne__email", "theme", "territoire")
    autocomplete_fields = ("personne", "organisation")
    date_hierarchy = "debut"

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002
        """A form that knows who writes."""
        return super().get_form(request, obj, change, form=_signed_form(self.form, request), **kwargs)

    def may_write(self, request: HttpRequest, obj: Mandat) -> bool:
        """Over mandates one could give."""
        return commands.can_give(request.user, obj)


@admin.register(Menage)
class MenageAdmin(admin.ModelAdmin):
    """Proof that retention rules were applied; nobody writes it by hand."""

    list_display = ("regle", "nombre", "le")
    list_filter = ("regle",)
    date_hierarchy = "le"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: a rule of its own forgets old proof."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The administration."""
        return bool(request.user.has_perm("comptes.administrer"))
