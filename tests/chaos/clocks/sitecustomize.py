"""Python loads this where the folder is on its path: the clock of a Celery worker is then wrong by CLOCK_SHIFT seconds.

Its runner keeps the right time: extensions such as those of pandas derive from the real class and crash on another.
"""

import datetime
import os
import sys
import time

SHIFT = float(os.environ.get("CLOCK_SHIFT", "0")) if "celery" in sys.orig_argv else 0

if SHIFT:
    Real = datetime.datetime
    real_time, real_time_ns = time.time, time.time_ns

    class Kind(type):
        """Whatever is a real date and time is one of the shifted class, too."""

        def __instancecheck__(cls, one):
            return isinstance(one, Real)

        def __subclasscheck__(cls, one):
            return issubclass(one, Real)

    class Shifted(Real, metaclass=Kind):
        """Tells the wrong time."""

        @classmethod
        def now(cls, tz=None):
            return Real.now(tz) + datetime.timedelta(seconds=SHIFT)

        @classmethod
        def utcnow(cls):
            return Real.now(datetime.UTC).replace(tzinfo=None) + datetime.timedelta(seconds=SHIFT)

    vars(datetime)["datetime"] = Shifted
    time.time = lambda: real_time() + SHIFT
    time.time_ns = lambda: real_time_ns() + int(SHIFT * 1e9)
