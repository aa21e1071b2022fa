"""What a cluster would get from a generated project's Kubernetes manifests."""

import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from baking import Bakery, digest, once
from environment import Environment
from options import everything
from running import clean_environment, run
from services import without

type Manifest = dict[str, Any]

FOLDER = Path("deploy", "kubernetes")
OVERLAYS = ["production", "staging"]
CONFINED = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
}


def kustomize(project: Path, overlay: str) -> str:
    """Return what an overlay of ``project`` comes to; skip or fail the running test where there is no kubectl."""
    if not shutil.which("kubectl"):
        without("kubectl", "it is not installed")
    return run("kubectl", "kustomize", FOLDER / "overlays" / overlay, cwd=project).stdout


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_kubernetes_would_accept_them(overlay: str, baked: Path, bake: Bakery) -> None:
    """Variants have the same manifests but for a few: each content is looked at once."""
    if not (baked / FOLDER).exists():
        return

    def validate(target: Path) -> None:
        (target / "manifests.yaml").write_text(text, "utf-8")
        validator = Path(sys.executable).with_name("kubernetes-validate")
        run(validator, "--strict", "--quiet", "manifests.yaml", cwd=target)

    text = kustomize(baked, overlay)
    once(bake.template.parent / f"validated-{digest(text.encode())}", validate)


@pytest.fixture(scope="session")
def project(bake: Bakery) -> Path:
    """The project with every option on, and Kubernetes."""
    return bake(dict(everything().answers) | {"deploy": "kubernetes"})


@pytest.fixture(scope="session", params=OVERLAYS)
def manifests(request: pytest.FixtureRequest, project: Path) -> list[Manifest]:
    """What an overlay comes to."""
    return list(yaml.safe_load_all(kustomize(project, request.param)))


def of_kind(manifests: list[Manifest], *kinds: str) -> list[Manifest]:
    """Return the manifests of these kinds."""
    return [manifest for manifest in manifests if manifest["kind"] in kinds]


def pods(manifests: list[Manifest]) -> list[Manifest]:
    """Return the specifications of all pods."""
    return [manifest["spec"]["template"]["spec"] for manifest in of_kind(manifests, "Deployment", "Job")]


def labels(manifests: list[Manifest]) -> list[dict[str, str]]:
    """Return the labels of all pods."""
    return [manifest["spec"]["template"]["metadata"]["labels"] for manifest in of_kind(manifests, "Deployment", "Job")]


def containers(manifests: list[Manifest]) -> Iterator[Manifest]:
    """Yield all containers of all pods."""
    for pod in pods(manifests):
        yield from pod["containers"] + pod.get("initContainers", [])


def container(manifests: list[Manifest], name: str) -> Manifest:
    """Return the container with this name."""
    (found,) = (container for container in containers(manifests) if container["name"] == name)
    return found


def test_nothing_may_do_more_than_it_needs(manifests: list[Manifest]) -> None:
    for pod in pods(manifests):
        assert pod["securityContext"]["runAsNonRoot"]
        assert pod["securityContext"]["runAsUser"] > 0
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod["automountServiceAccountToken"] is False
        assert pod["serviceAccountName"] == "app"
    assert [container["name"] for container in containers(manifests) if container["securityContext"] != CONFINED] == []
    (namespace,) = of_kind(manifests, "Namespace")
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"


def test_every_container_has_requests_and_limits(manifests: list[Manifest]) -> None:
    for each in containers(manifests):
        assert {"cpu", "memory"} <= set(each["resources"]["requests"]), each["name"]
        assert "memory" in each["resources"]["limits"], each["name"]


def test_every_image_has_a_version(manifests: list[Manifest]) -> None:
    images = {each["image"] for each in containers(manifests)}
    assert [image for image in images if not re.fullmatch(r"[\w./-]+:v?\d[\w.-]*", image)] == []


def test_no_secret_is_in_them_but_the_names_of_two(manifests: list[Manifest]) -> None:
    assert of_kind(manifests, "Secret") == []
    named = set(re.findall(r"'secret(?:Ref|KeyRef)': \{.*?'name': '(\w+)'|'secretName': '(\w+)'", str(pods(manifests))))
    assert named == {("app", ""), ("", "pgbouncer")}


def test_variables_that_are_no_secret_are_ones_the_settings_read(manifests: list[Manifest], project: Path) -> None:
    known = re.findall(r"^(?:# )?([A-Z_]+)=", (project / ".env.example").read_text("utf-8"), re.MULTILINE)
    (config,) = (each for each in of_kind(manifests, "ConfigMap") if each["metadata"]["name"].startswith("app-"))
    assert set(config["data"]) <= set(known)


def test_the_application_waits_for_its_migrations_and_the_migrations_for_nothing(manifests: list[Manifest]) -> None:
    for deployment in of_kind(manifests, "Deployment"):
        spec = deployment["spec"]["template"]
        waits = [each["name"] for each in spec["spec"].get("initContainers", [])]
        assert waits == (["wait-for-migrations"] if spec["metadata"]["labels"].get("tier") == "app" else [])
    (job,) = of_kind(manifests, "Job")
    assert "initContainers" not in job["spec"]["template"]["spec"]


def test_migrations_have_a_connection_of_their_own(manifests: list[Manifest]) -> None:
    variables = {variable["name"]: variable for variable in container(manifests, "migrate")["env"]}
    assert variables["DATABASE_URL"]["valueFrom"]["secretKeyRef"]["key"] == "DIRECT_URL"
    assert variables["DATABASE_PGBOUNCER"]["value"] == "false"


def test_a_rollout_takes_no_pod_away_before_there_is_another(manifests: list[Manifest]) -> None:
    web, pgbouncer = (
        next(each for each in of_kind(manifests, "Deployment") if each["metadata"]["name"] == name)
        for name in ("web", "pgbouncer")
    )
    for deployment in (web, pgbouncer):
        assert deployment["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
    assert "replicas" not in web["spec"]  # or every rollout would undo the autoscaler's work


def test_a_pod_that_ends_has_the_time_to_finish_its_requests(
    manifests: list[Manifest], project: Path, environment: Environment
) -> None:
    (pod,) = (pod for pod in pods(manifests) if pod["containers"][0]["name"] == "web")
    program, *arguments = pod["containers"][0]["command"]
    env = clean_environment(DJANGO_SETTINGS_MODULE="config.settings.test")
    printed = run(environment.program(program), *arguments, "--print-config", cwd=project, env=env).stdout
    (graceful,) = re.findall(r"^graceful_timeout += (\d+)$", printed, re.MULTILINE)
    sleep = pod["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert sleep + int(graceful) < pod["terminationGracePeriodSeconds"]


def test_whatever_selects_pods_finds_some(manifests: list[Manifest]) -> None:
    selectors = [
        *(each["spec"]["selector"] for each in of_kind(manifests, "Service")),
        *(each["spec"]["selector"]["matchLabels"] for each in of_kind(manifests, "PodDisruptionBudget", "Deployment")),
        *(each["spec"]["podSelector"].get("matchLabels", {}) for each in of_kind(manifests, "NetworkPolicy")),
    ]
    for selector in selectors:
        assert any(selector.items() <= pod.items() for pod in labels(manifests)), selector


def test_whatever_may_be_evicted_has_a_disruption_budget(manifests: list[Manifest]) -> None:
    budgets = {each["metadata"]["name"] for each in of_kind(manifests, "PodDisruptionBudget")}
    assert {each["metadata"]["name"] for each in of_kind(manifests, "Deployment")} - budgets <= {"beat"}  # there is one


def test_network_policies_deny_what_they_do_not_list(manifests: list[Manifest]) -> None:
    rules = [each["spec"] for each in of_kind(manifests, "NetworkPolicy")]
    assert {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]} in rules


def test_each_place_has_a_host_and_a_namespace_of_its_own(project: Path) -> None:
    both = [list(yaml.safe_load_all(kustomize(project, overlay))) for overlay in OVERLAYS]
    hosts = [[rule["host"] for rule in each["spec"]["rules"]] for one in both for each in of_kind(one, "Ingress")]
    assert hosts == [["example.com"], ["staging.example.com"]]
    for one in both:
        (ingress,) = of_kind(one, "Ingress")
        (config,) = (each for each in of_kind(one, "ConfigMap") if each["metadata"]["name"].startswith("app-"))
        assert ingress["spec"]["tls"][0]["hosts"][0] in config["data"]["ALLOWED_HOSTS"].split(",")
        assert len({each["metadata"].get("namespace", each["metadata"]["name"]) for each in one}) == 1


KUBECTL = """#!/bin/sh
echo "$@" >>"$CALLS"
case "$*" in
*"get job"*) echo "$CONDITION" ;;
*"get deployments"*) printf 'deployment.apps/web\\ndeployment.apps/worker\\n' ;;
esac
"""


@pytest.mark.parametrize(
    ("condition", "status", "last"),
    [
        ("SuccessCriteriaMet Complete", 0, "--namespace my-project-staging rollout status deployment.apps/worker"),
        ("FailureTarget Failed", 1, "--namespace my-project-staging logs job/migrate --tail=50"),
    ],
)
def test_a_rollout_follows_the_migrations(
    condition: str, status: int, last: str, project: Path, tmp_path: Path
) -> None:
    """With a kubectl that writes down what it is told."""
    kubectl = tmp_path / "kubectl"
    kubectl.write_text(KUBECTL, "utf-8")
    kubectl.chmod(0o755)
    calls = tmp_path / "calls"
    env = clean_environment(CALLS=str(calls), CONDITION=condition, PATH=f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    result = run(FOLDER / "rollout", "staging", cwd=project, env=env, status=status)

    said = calls.read_text("utf-8").splitlines()
    assert said[0] == "--namespace my-project-staging delete job migrate --ignore-not-found"
    assert said[1] == "apply -k deploy/kubernetes/overlays/staging"
    assert said[-1] == last
    assert ("goes on serving" in result.stderr) == bool(status)


def test_a_rollout_needs_to_know_where(project: Path) -> None:
    assert "staging or production" in run(FOLDER / "rollout", cwd=project, status=None).stderr
