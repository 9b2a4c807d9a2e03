"""Several web processes count together."""

import os
import subprocess
import sys

from tests.services import ROOT

COUNT = """
import django
django.setup()
from hub.metrics import requests
for _each in range({times}):
    requests.answers.labels("home", "GET", "200").inc()
    requests.seconds.labels("home", "GET").observe(0.02)
"""
READ = """
import django
django.setup()
from prometheus_client import generate_latest
from hub.metrics import requests
print(generate_latest(requests.registry()).decode())
"""


def test_counts_of_all_processes_are_summed_and_outlive_them(tmp_path):
    shared = tmp_path / "metrics"
    shared.mkdir()
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "hub.settings",
        "PROMETHEUS_MULTIPROC_DIR": str(shared),
        "HUB_DATA_DIR": str(tmp_path),
    }

    def run(program):
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    run(COUNT.format(times=2))
    run(COUNT.format(times=3))
    text = run(READ)
    assert 'arboretum_http_responses_total{method="GET",status="200",view="home"} 5.0' in text
    assert 'arboretum_http_request_seconds_bucket{le="0.025",method="GET",view="home"} 5.0' in text
