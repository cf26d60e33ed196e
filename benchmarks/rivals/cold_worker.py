"""One cold start of any of the functions, seen from inside: imports `app`, hands it events and
prints what all took, what came of it, and the memory that it had at most.

Runs under `python -S`, as cold_start.py does and with the same modules imported beforehand.
"""

import concurrent.futures.thread  # noqa: F401
import datetime  # noqa: F401
import decimal  # noqa: F401
import json
import logging  # noqa: F401
import os
import sys
import time
import traceback  # noqa: F401

REST_S = 0.03
"""Longer than the throttle's period, so that the event finds its share untouched."""


def main() -> None:
    order = json.loads(sys.stdin.readline())
    wall, cpu = time.perf_counter(), time.process_time()
    import app  # type: ignore[import-not-found]

    times = [(time.perf_counter() - wall, time.process_time() - cpu)]
    if order["cgroup"]:
        with open(f"{order['cgroup']}/cgroup.procs", "w") as members:
            members.write("0")
    os.environ["_X_AMZN_TRACE_ID"] = order["trace"]
    answers = []
    for event in order["events"]:
        time.sleep(REST_S)
        wall, cpu = time.perf_counter(), time.process_time()
        answers.append(app.handler(event, None))
        times.append((time.perf_counter() - wall, time.process_time() - cpu))
    with open("/proc/self/status") as file:  # a child's `getrusage` begins with its parent's
        [peak] = [line.split()[1] for line in file if line.startswith("VmHWM")]
    megabytes = int(peak) / 1024
    print(json.dumps({"times": times, "answers": answers, "megabytes": megabytes}), flush=True)
    os._exit(0)  # tidying up under the throttle would only take time


if __name__ == "__main__":
    main()
