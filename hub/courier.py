"""The Celery app of the courier, which tells people that evaluations are over. It takes no runs.

An app of its own: that of the workers brings the worker of a device with it, which would claim runs here.
"""

from celery import Celery

from evaluation.notices.wake import QUEUE
from hub.celery import COMMON

app = Celery("arboretum-courier", include=["evaluation.notices.tasks"])
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(COMMON, task_default_queue=QUEUE)
