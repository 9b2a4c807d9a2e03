"""Addresses of the catalog."""

from django.urls import URLPattern, path

from modelcards.views.browse import browse
from modelcards.views.card import card
from modelcards.views.searches import searches
from modelcards.views.tree import tree

app_name = "modelcards"
urlpatterns: list[URLPattern] = [
    path("models/", browse, name="browse"),
    path("models/searches/", searches, name="searches"),
    path("models/<str:slug>/", card, name="card"),
    path("tree/", tree, name="tree"),
]
