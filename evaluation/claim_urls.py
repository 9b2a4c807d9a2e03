"""Addresses of claims."""

from django.urls import path

from evaluation.views import claims

urlpatterns = [
    path("claims/", claims.claims, name="claims"),
    path("claims/new/", claims.new, name="claim-new"),
    path("claims/<slug:slug>/", claims.claim, name="claim"),
    path("claims/<slug:slug>/change/", claims.change, name="claim-change"),
    path("claims/<slug:slug>/remove/", claims.remove, name="claim-remove"),
]
