"""The addresses of a node: none. Its commands run Django's checks, which read an URL configuration."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
