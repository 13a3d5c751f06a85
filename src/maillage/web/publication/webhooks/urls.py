from django.urls import path

from maillage.web.publication.webhooks import views

app_name = "webhooks"
urlpatterns = [
    path("", views.webhooks, name="webhooks"),
    path("schema.json", views.schema, name="schema"),
    path("nouveau/", views.nouveau, name="nouveau"),
    path("<int:numero>/", views.webhook, name="webhook"),
    path("<int:numero>/modifier/", views.modifier, name="modifier"),
    path("<int:numero>/agir", views.agir, name="agir"),
    path("<int:numero>/secret", views.changer_secret, name="secret"),
    path("envois/<int:numero>/renvoyer", views.renvoyer, name="renvoyer"),
]
