"""What `deploy/rollout` takes for docker: each container of web is a gunicorn at a loopback address of its own.

    python -m proofs.operations.engine compose --file compose.yaml up --scale web=3 web

ENGINE is its folder: an executable `docker`, the images, and a file with the process of each container. PORT is the
port of all of them.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from config.settings.env import BASE_DIR
from proofs.config.slow_clients import is_served

ENGINE, PORT = Path(os.environ["ENGINE"]), os.environ["PORT"]
CONTAINERS, IMAGES = ENGINE / "containers", ENGINE / "images"
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
BROKEN = "broken"  # the release that does not start


def main(*arguments: str) -> int:  # noqa: C901, PLR0912 - one case for each command
    """Do what docker would do, and return its status."""
    with (ENGINE / "calls").open("a", encoding="utf-8") as calls:
        calls.write(" ".join(arguments) + "\n")
    words = [word for word in arguments if not word.startswith("--file") and not word.endswith(".yaml")]
    words = [word for word in words if not word.startswith("-") or word == words[-1]]
    match words:
        case ["image", "inspect", image]:
            return 0 if (IMAGES / image.rpartition(":")[2]).exists() else 1
        case ["compose", "build", "migrate"]:
            (IMAGES / os.environ["TAG"]).touch()
        case ["compose", "ps", "web"]:
            sys.stdout.writelines(f"{path.name}\n" for path in sorted(CONTAINERS.iterdir()))
        case ["compose", "up", "web"]:
            return 0 if start(2) else 1
        case ["compose", "up", scale, "web"]:
            return 0 if start(int(scale.removeprefix("web="))) else 1
        case ["inspect", _, name]:
            sys.stdout.write(f"{name}\n")
        case ["compose", "exec", "buffer", "sh", script, upstream]:
            script = script.replace("/etc/nginx/", f"{ENGINE}/").replace(
                "nginx -s", f"{NGINX} -c {ENGINE}/nginx.conf -s"
            )
            if (ENGINE / "pid").exists():  # the proxy runs
                subprocess.run(["/bin/sh", "-c", script, upstream.replace(":8000", f":{PORT}")], check=True)  # noqa: S603 - ours
        case ["compose", "run", "migrate"] | ["compose", "up", *_] | ["logs", "20", _]:
            pass  # what else there is does not concern requests
        case ["stop", "40", *names]:
            stop(*names)
        case ["rm", *names]:
            for name in names:
                (CONTAINERS / name).unlink()
        case _:
            sys.exit(f"not a command that the stand-in for docker knows: {arguments}")
    return 0


def start(scale: int) -> bool:
    """Start containers until there are `scale`; return whether all of them serve."""
    release = os.environ["TAG"]
    taken = {path.name for path in CONTAINERS.iterdir()}
    free = [name for name in (f"127.0.0.{number}" for number in range(2, 200)) if name not in taken]
    for name in free[: max(0, scale - len(taken))]:
        with (ENGINE / f"log-{name}").open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - our own arguments
                [sys.executable, "-m", "config.gunicorn", "--bind", f"{name}:{PORT}", "proofs.operations.releases"],
                cwd=BASE_DIR,
                env={**os.environ, "SECRET_KEY": "" if release == BROKEN else os.environ["SECRET_KEY"]},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        (CONTAINERS / name).write_text(json.dumps({"pid": process.pid, "release": release}), "utf-8")
        while not serves(name):
            if process.poll() is not None:
                return False
            time.sleep(0.1)
    return True


def serves(name: str) -> bool:
    """Return whether the container answers."""
    try:
        return is_served(int(PORT), name)
    except OSError:
        return False


def stop(*names: str) -> None:
    """Send SIGTERM, and wait for the end as docker does."""
    pids = [json.loads((CONTAINERS / name).read_text("utf-8"))["pid"] for name in names]
    for pid in filter(runs, pids):
        os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + 40
    while any(map(runs, pids)):
        if time.monotonic() > deadline:
            sys.exit("A container did not stop within 40 seconds.")
        time.sleep(0.05)


def runs(pid: int) -> bool:
    """Return whether the process runs, and is not only waiting for its parent to learn of its end."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
