"""Addresses at which people add and correct cards."""

from django.urls import URLPattern, path

from modelcards.views.archived import archived
from modelcards.views.edit import edit, new
from modelcards.views.life import archive, rename, restore
from modelcards.views.suggest import suggest

urlpatterns: list[URLPattern] = [
    path("models/new/", new, name="new"),
    path("models/archived/", archived, name="archived"),
    path("models/suggest/", suggest, name="suggest"),
    path("models/<str:slug>/edit/", edit, name="edit"),
    path("models/<str:slug>/rename/", rename, name="rename"),
    path("models/<str:slug>/archive/", archive, name="archive"),
    path("models/<str:slug>/restore/", restore, name="restore"),
]
