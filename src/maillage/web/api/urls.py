from django.urls import path

from maillage.web.api import views

app_name = "api"
urlpatterns = [path("", views.documentation, name="documentation")]
