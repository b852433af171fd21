"""How many threads are worth starting."""

import os
from pathlib import Path

TOPOLOGY = Path("/sys/devices/system/cpu")


def physical_cores() -> int:
    """Count the physical cores that this process may use: a second thread on the same core slows both down.

    Where the system does not tell which processors share a core, every processor counts.
    """
    allowed = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)
    return len({_siblings(processor) for processor in allowed})


def _siblings(processor: int) -> str:
    try:
        return (TOPOLOGY / f"cpu{processor}/topology/thread_siblings_list").read_text().strip()
    except OSError:
        return str(processor)
