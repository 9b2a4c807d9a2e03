"""Addresses of a person's own notifications."""

from django.urls import URLPattern, path

from evaluation.views import notices

urlpatterns: list[URLPattern] = [
    path("notifications/", notices.notices, name="notices"),
    path("notifications/mail/", notices.choose_mail, name="mail-choose"),
    path("notifications/mail/test/", notices.try_mail, name="mail-try"),
    path("notifications/webhooks/<int:pk>/test/", notices.try_webhook, name="webhook-try"),
    path("notifications/webhooks/<int:pk>/pause/", notices.pause, name="webhook-pause"),
    path("notifications/webhooks/<int:pk>/resume/", notices.resume, name="webhook-resume"),
    path("notifications/webhooks/<int:pk>/secret/", notices.renew, name="webhook-renew"),
    path("notifications/webhooks/<int:pk>/remove/", notices.remove, name="webhook-remove"),
]
