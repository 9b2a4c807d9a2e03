"""Addresses of imports and downloads; they stand before those of the cards."""

from django.urls import URLPattern, path

from modelcards.views import exports, imports

urlpatterns: list[URLPattern] = [
    path("models/export/", exports.export, name="export"),
    path("models/import/", imports.upload, name="import"),
    path("models/import/<int:pk>/", imports.page, name="import-page"),
    path("models/import/<int:pk>/step/", imports.step, name="import-step"),
    path("models/import/<int:pk>/start/", imports.start, name="import-start"),
    path("models/import/<int:pk>/forget/", imports.forget, name="import-forget"),
    path("models/import/<int:pk>/report.<str:ending>", imports.report, name="import-report"),
    path("models/<str:slug>/README.md", exports.readme, name="readme"),
]
