"""Addresses of the catalog."""

from django.urls import URLPattern

app_name = "modelcards"
urlpatterns: list[URLPattern] = []
