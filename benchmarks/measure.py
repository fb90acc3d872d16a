"""Whole processes, timed from outside: wall seconds and peak memory, in turn, so that drift hits both sides alike."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

RUNS = 7


@dataclass(frozen=True, slots=True)
class Cost:
    """What one command costs: seconds of its least disturbed run, memory of its hungriest."""

    seconds: float
    """By the clock."""
    processor: float
    """Seconds that the processors worked for it, which others on the machine hardly change."""
    peak_mb: float


def once(command: Sequence[str]) -> Cost:
    """Run a command, its output thrown away, and return its cost; RuntimeError where it fails to start its work."""
    # As installed: with byte code, which the warm-up leaves behind.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) not in {0, 1}:
        raise RuntimeError(command[0])
    worked = usage.ru_utime + usage.ru_stime
    return Cost(seconds, worked, usage.ru_maxrss / (1024 if sys.platform == "linux" else 1024 * 1024))


def in_turn(*commands: Sequence[str], runs: int = RUNS) -> list[Cost]:
    """Return the cost of each command over the runs, in turn after one warm-up."""
    costs: list[list[Cost]] = [[] for _ in commands]
    for number in range(runs + 1):
        for command, found in zip(commands, costs, strict=True):
            cost = once(command)
            if number:
                found.append(cost)
    return [
        Cost(
            min(one.seconds for one in found),
            min(one.processor for one in found),
            max(one.peak_mb for one in found),
        )
        for found in costs
    ]


def verdict(name: str, figure: float, budget: float, unit: str = "") -> bool:
    """Print a figure beside its budget and return whether it holds."""
    good = figure <= budget
    print(f"{name:34}{figure:8.2f}{unit}   budget {budget:g}{unit}   {'ok' if good else 'TOO MUCH'}")
    return good
