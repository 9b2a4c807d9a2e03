"""The Celery app of the courier, which tells people that evaluations are over. It takes no runs.

An app of its own: that of the workers brings the worker of a device with it, which would claim runs here.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")

app = Celery("arboretum-courier", include=["evaluation.notices.tasks"])
app.config_from_object("django.conf:settings", namespace="CELERY")
