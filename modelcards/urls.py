"""Addresses of the catalog."""

from django.urls import URLPattern, path

from modelcards.views.tree import tree

app_name = "modelcards"
urlpatterns: list[URLPattern] = [
    path("tree/", tree, name="tree"),
]
