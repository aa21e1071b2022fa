"""What the machine grants this process: less than it has, where a container or a service is limited (cgroups)."""

import os
from collections.abc import Iterator
from pathlib import Path

ROOT = Path("/")


def cores(root: Path = ROOT) -> float:
    """Return how many cores this process may keep busy, such as 1.5. `root` is where the files of Linux are."""
    quotas: list[tuple[str, ...]] = [tuple(text.split()) for text in limits(root, "", "cpu.max")]
    quotas += zip(limits(root, "cpu", "cpu.cfs_quota_us"), limits(root, "cpu", "cpu.cfs_period_us"), strict=False)
    limited = [int(quota) / int(period) for quota, period in quotas if quota not in {"max", "-1"}]
    present = getattr(os, "process_cpu_count", os.cpu_count)() or 1  # Python 3.13 has the first
    return min([present, *limited])


def memory(root: Path = ROOT) -> int:
    """Return how many bytes this process and its siblings may take up together."""
    limited = [*limits(root, "", "memory.max"), *limits(root, "memory", "memory.limit_in_bytes")]
    present = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min([present, *(int(limit) for limit in limited if limit != "max")])


def limits(root: Path, controller: str, name: str) -> Iterator[str]:
    """Yield what the file `name` says in this process's group and in those around it.

    The first version of cgroups has a tree for each controller, the second one tree, whose controller is "".
    In a container the tree begins at the container's own group, and the path that Linux names may not be in it.
    """
    try:
        groups = (root / "proc/self/cgroup").read_text().splitlines()
    except OSError:  # not Linux
        return
    for line in groups:
        _, controllers, path = line.split(":", 2)
        if controller in controllers.split(","):
            tree = root / "sys/fs/cgroup" / controller
            group = tree / path.strip("/")
            for folder in [group, *group.parents]:
                if (folder / name).is_file():
                    yield (folder / name).read_text().strip()
                if folder == tree:
                    break
