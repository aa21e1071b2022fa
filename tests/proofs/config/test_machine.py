"""The web server is as large as the machine, or the container's limits, allow."""

import os
from pathlib import Path

import pytest

from config.machine import cores, memory
from config.settings.server import processes

MIB = 2**20
FILES = {
    "a container, cgroups 2": {
        "proc/self/cgroup": "0::/\n",
        "sys/fs/cgroup/cpu.max": "50000 100000\n",
        "sys/fs/cgroup/memory.max": f"{512 * MIB}\n",
    },
    "a service in a slice that is limited, cgroups 2": {
        "proc/self/cgroup": "0::/shop.slice/web.service\n",
        "sys/fs/cgroup/shop.slice/cpu.max": "50000 100000\n",
        "sys/fs/cgroup/shop.slice/memory.max": f"{512 * MIB}\n",
        "sys/fs/cgroup/shop.slice/web.service/cpu.max": "max 100000\n",
        "sys/fs/cgroup/shop.slice/web.service/memory.max": "max\n",
    },
    "a container, cgroups 1": {
        "proc/self/cgroup": "4:memory:/docker/0123\n2:cpu,cpuacct:/docker/0123\n0::/\n",
        "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "50000\n",
        "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
        "sys/fs/cgroup/memory/memory.limit_in_bytes": f"{512 * MIB}\n",
    },
}
UNLIMITED = {
    "a container without limits, cgroups 2": {
        "proc/self/cgroup": "0::/\n",
        "sys/fs/cgroup/cpu.max": "max 100000\n",
        "sys/fs/cgroup/memory.max": "max\n",
    },
    "a container without limits, cgroups 1": {
        "proc/self/cgroup": "4:memory:/\n2:cpu:/\n",
        "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
        "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
        "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
    },
    "not Linux": {},
}


def write(root: Path, files: dict[str, str]) -> Path:
    """Put `files` into `root`."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


@pytest.mark.parametrize("machine", FILES)
def test_limits_are_what_counts(machine: str, tmp_path: Path) -> None:
    write(tmp_path, FILES[machine])

    assert cores(tmp_path) == 0.5
    assert memory(tmp_path) == 512 * MIB


@pytest.mark.parametrize("machine", UNLIMITED)
def test_without_limits_it_is_the_machine(machine: str, tmp_path: Path) -> None:
    write(tmp_path, UNLIMITED[machine])

    assert 1 <= cores(tmp_path) <= (os.cpu_count() or 1)
    assert memory(tmp_path) == os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


@pytest.mark.parametrize(
    ("cores", "memory", "expected"),
    [(0.5, 512 * MIB, 1), (1.5, 4096 * MIB, 2), (8, 65536 * MIB, 8), (8, 1024 * MIB, 4), (2, 100 * MIB, 1)],
)
def test_a_process_for_each_core_if_memory_has_room(cores: float, memory: int, expected: int) -> None:
    assert processes(cores, memory) == expected
