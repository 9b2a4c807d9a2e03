"""Addresses of results on their way in and out; they stand before those of evaluations."""

from django.urls import URLPattern, path

from evaluation.views import exports, names, results

urlpatterns: list[URLPattern] = [
    path("evaluations/import/", results.upload, name="results-upload"),
    path("evaluations/import/names/", names.names, name="names"),
    path("evaluations/import/names/rule/", names.rule, name="name-rule"),
    path("evaluations/import/names/rule/<int:pk>/forget/", names.forget, name="name-rule-forget"),
    path("evaluations/import/names/<int:pk>/", names.correct, name="name-correct"),
    path("evaluations/import/names/match/", names.match_again, name="names-match"),
    path("evaluations/import/<int:pk>/", results.page, name="results-page"),
    path("evaluations/import/<int:pk>/step/", results.step, name="results-step"),
    path("evaluations/import/<int:pk>/start/", results.start, name="results-start"),
    path("evaluations/import/<int:pk>/forget/", results.forget, name="results-forget"),
    path("evaluations/<int:pk>/results/<str:kind>.zip", exports.evaluation, name="evaluation-results"),
    path("runs/<int:pk>/results/<str:kind>.zip", exports.run, name="run-results"),
    path("evaluations/import/<int:pk>/report.<str:ending>", results.report, name="results-report"),
]
