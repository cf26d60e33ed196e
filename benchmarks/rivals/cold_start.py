"""One cold start, seen from inside: imports `app`, hands it commands, prints what each took.

Runs under `python -S`, so that nothing but the standard library, the package and its layers can be
imported. The modules below are what AWS's own runtime client (awslambdaric 4) has imported before a
function's code; http.client and ssl are not among them.
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
"""Longer than the throttle's period, so that every command finds its share untouched."""


def main() -> None:
    # The commands, and where to sign up for the throttle: never, after init, or before it.
    order = json.loads(sys.stdin.readline())
    if order["throttled_from"] == "init":
        join(order["cgroup"])

    wall, cpu = time.perf_counter(), time.process_time()
    import app  # type: ignore[import-not-found]

    times = [(time.perf_counter() - wall, time.process_time() - cpu)]
    if order["throttled_from"] == "command":
        join(order["cgroup"])
    for event in order["events"]:
        time.sleep(REST_S)
        wall, cpu = time.perf_counter(), time.process_time()
        answer = app.handler(event, None)
        times.append((time.perf_counter() - wall, time.process_time() - cpu))
        if answer["statusCode"] != 200 or json.loads(answer["body"]) != {"type": 5}:
            sys.exit(f"not a deferred answer: {answer}")
    print(json.dumps(times), flush=True)
    os._exit(0)  # tidying up under the throttle would only take time


def join(cgroup: str) -> None:
    with open(f"{cgroup}/cgroup.procs", "w") as members:
        members.write("0")


if __name__ == "__main__":
    main()
