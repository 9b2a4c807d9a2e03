"""The Celery app. A message only wakes a worker; what there is to do stands in the database."""

import os
from typing import Any

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
# Django's checks import every page and the API into each worker, which serves none: time at its start, and memory.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

COMMON: dict[str, Any] = {  # The courier's app has it too.
    "task_ignore_result": True,
    "task_store_errors_even_if_ignored": False,
    "result_backend": None,
    "task_serializer": "json",
    "accept_content": ["json"],
    # A busy worker holds no second message, so that an idle one gets it.
    "task_acks_late": True,
    "worker_prefetch_multiplier": 1,
    "worker_hijack_root_logger": False,
    "worker_send_task_events": False,
    "worker_enable_remote_control": False,
    "worker_cancel_long_running_tasks_on_connection_loss": False,
    # Redis may be away for as long as it likes.
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
    "broker_connection_timeout": 3,
    "broker_transport_options": {"socket_connect_timeout": 3, "socket_timeout": 10, "health_check_interval": 30},
}
# Celery would close the connection to the database before and after each task; a worker looks after its own.
KEPT_CONNECTIONS = {"CELERY_DB_REUSE_MAX": 2**31}
app = Celery("arboretum")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(COMMON, **KEPT_CONNECTIONS, task_default_queue="evaluation")
app.autodiscover_tasks()
