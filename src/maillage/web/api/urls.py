from django.urls import URLPattern, URLResolver, path

from maillage.web.api import views
from maillage.web.api.api import api


def _marked(patterns: list[URLPattern]) -> list[URLPattern]:
    """The API's addresses, each view behind its mark."""
    for pattern in patterns:
        pattern.callback = views.marquer(pattern.callback)
    return patterns


app_name = "api"
_paths, _app, _namespace = api.urls
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.documentation, name="documentation"),
    path("1/", (_marked(_paths), _app, _namespace)),
]
