"""Grandchildren do not outlive the supervisor, whatever became of their parents."""

import subprocess
import sys
import time

import psutil

# A child that leaves a grandchild behind; the grandchild ignores SIGTERM and has a session of its own.
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
LEAVER = f"""
import subprocess, sys
p = subprocess.Popen([sys.executable, "-c", {STUBBORN!r}], start_new_session=True, stdout=-3, stderr=-3)
print(p.pid, flush=True)
"""
SUPERVISOR = f"""
import subprocess, sys, time
from hub.supervisor import family
family.adopt_orphans()
out = subprocess.run([sys.executable, "-c", {LEAVER!r}], capture_output=True, text=True).stdout
left = [process.pid for process in family.orphans(set())]
print(out.strip(), left, flush=True)
time.sleep(0.5)  # The grandchild sets its handler.
family.end_all(0.3)
print(len(family.descendants()), flush=True)
"""
PARENT = """
import subprocess, sys, time
from hub.supervisor.family import end_with_parent
p = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], preexec_fn=end_with_parent)
print(p.pid, flush=True)
time.sleep(60)
"""


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_what_a_child_leaves_behind_is_adopted_and_ended():
    answer = subprocess.run([sys.executable, "-c", SUPERVISOR], capture_output=True, text=True, timeout=30, check=True)
    first, rest = answer.stdout.splitlines()
    pid = int(first.split()[0])
    assert first == f"{pid} [{pid}]"
    assert rest == "0"
    assert gone(pid)


def test_children_end_when_the_supervisor_is_killed():
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True) as parent:
        pid = int(parent.stdout.readline())
        parent.kill()
    deadline = time.monotonic() + 10
    while not gone(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert gone(pid)
