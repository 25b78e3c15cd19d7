"""The manifests for Kubernetes and the template for AWS: valid, confined, and the same product as docker-compose's.

What validates brings its schemas along and opens no connection. Neither was ever applied to a cluster or an account.
"""

import copy
import ipaddress
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from cfnlint.api import lint
from cfnlint.config import ManualArgs
from cfnlint.decode import decode_str
from django.conf import settings

from tradingbot.version import VERSION

BASE: Path = settings.BASE_DIR
KUBERNETES = BASE / "deploy" / "kubernetes"
TEMPLATE = BASE / "deploy" / "aws" / "tradingbot.yaml"
FOLDERS = {"base": KUBERNETES / "base", "trial": KUBERNETES / "overlays" / "trial"}
# The oldest and the newest for which the manifests are held to be right.
VERSIONS = ("1.30", "1.37")
REGIONS = ("us-east-1", "eu-central-1")

COMPOSE: dict[str, Any] = yaml.safe_load((BASE / "docker-compose.yml").read_text())["services"]
BACKENDS = {"web", "worker", "backtests", "beat", "stream", "prepare"}
TRIAL = {"db", "redis", "exchange"}
# As in compose: which account it is follows from the keys, so whoever trades or shows what is traded has them.
STORES = {"DATABASE_URL", "DATABASE_PASSWORD", "REDIS_URL", "REDIS_PASSWORD"}
TRADING = STORES | {"SECRET_KEY", "ALPACA_API_KEY", "ALPACA_SECRET_KEY"}

Object = dict[str, Any]


# --- what the product knows -------------------------------------------------------------------------------------------


def secrets_documented() -> set[str]:
    text = (BASE / "docs" / "deployment.md").read_text()
    [section] = re.findall(r"^## Secrets\n+(.*?)\n\n", text, re.MULTILINE | re.DOTALL)
    return set(re.findall(r"`([A-Z_]+)`", section)) - {"NAME_FILE"}


def settings_known() -> set[str]:
    """As the product reads them, and the files that secrets may be in."""
    sources = [BASE / "tradingbot" / name for name in ("settings.py", "runtime/first_start.py")]
    read = re.compile(r'(?:env\.\w+|environ\.get)\(\s*"([A-Z_]+)"')
    known = {name for source in sources for name in read.findall(source.read_text())}
    return known | {f"{name}_FILE" for name in secrets_documented()}


def frontend_known() -> set[str]:
    [names] = re.findall(r"^ENV (.*)$", (BASE / "frontend" / "Dockerfile").read_text(), re.MULTILINE)
    return {word.partition("=")[0] for word in names.split()}


def test_what_is_known_is_read() -> None:
    assert {"SECRET_KEY", "DATABASE_URL", "METRICS_TOKEN"} < secrets_documented()
    assert {"HTTPS", "PORT", "DATA_DIR", "REDIS_URL_FILE"} < settings_known()
    assert frontend_known() == {"WEB_ADDRESS", "LISTEN_PORT", "PAGE_ROOT", "NUM_PROXIES"}


def settings_load(environment: dict[str, str]) -> dict[str, str]:
    """The product reads its settings from these and no others; what it made of some of them."""
    shown = ("MARKET_MODE", "HTTPS", "ALLOWED_HOSTS", "REDIS_URL", "METRICS_PORT", "SIMULATOR_URL")
    code = f"from tradingbot import settings\nfor name in {shown}: print(name, getattr(settings, name), sep='=')"
    # Not those of the .env of whoever runs this.
    given = {"PATH": os.environ["PATH"]} | dict.fromkeys(secrets_documented(), "") | environment
    done = subprocess.run([sys.executable, "-c", code], cwd=BASE, env=given, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return dict(line.split("=", 1) for line in done.stdout.splitlines())


# --- kustomize, as far as these manifests need it ---------------------------------------------------------------------


def documents(path: Path) -> list[Object]:
    return [document for document in yaml.load_all(path.read_text(), Loader=yaml.CSafeLoader) if document]


def merged(into: Object, change: Object) -> None:
    for key, value in change.items():
        assert not isinstance(value, list), "lists are merged by rules that are not repeated here"
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            merged(into[key], value)
        else:
            into[key] = value


def key(found: Object) -> tuple[str, str]:
    return found["kind"], found["metadata"]["name"]


def pod_of(found: Object) -> Object | None:
    return found["spec"]["template"]["spec"] if found["kind"] in ("Deployment", "StatefulSet", "Job") else None


def containers_of(pod: Object) -> list[Object]:
    return [*pod.get("initContainers", []), *pod["containers"]]


def built(folder: Path) -> list[Object]:
    """What `kustomize build` would print of these few words of it; any other word is refused."""
    [said] = documents(folder / "kustomization.yaml")
    assert said.keys() <= {"apiVersion", "kind", "namespace", "resources", "patches", "images"}
    found: list[Object] = []
    for name in said["resources"]:
        path = folder / name
        found += built(path) if path.is_dir() else documents(path)
    for patch in said.get("patches", []):
        assert patch.keys() == {"path"}
        for change in documents(folder / patch["path"]):
            [target] = [one for one in found if key(one) == key(change)]
            if change.get("$patch") == "delete":
                found.remove(target)
            else:
                merged(target, change)
    for one in found:
        if one["kind"] != "Namespace":
            one["metadata"]["namespace"] = said["namespace"]
        for container in containers_of(pod_of(one) or {"containers": []}):
            for image in said.get("images", []):
                assert image.keys() == {"name", "newTag"}
                if container["image"].partition(":")[0] == image["name"]:
                    container["image"] = f"{image['name']}:{image['newTag']}"
    return found


@pytest.fixture(scope="module", params=FOLDERS)
def manifests(request: pytest.FixtureRequest) -> list[Object]:
    return built(FOLDERS[request.param])


@pytest.fixture(scope="module")
def base() -> list[Object]:
    return built(FOLDERS["base"])


def pods(found: list[Object]) -> dict[str, Object]:
    """By the part of the product, which is the name of what makes the pod as well."""
    made = {one["metadata"]["name"]: pod for one in found if (pod := pod_of(one)) is not None}
    for one in found:
        if one["metadata"]["name"] in made and pod_of(one):
            labels = {"app.kubernetes.io/name": "tradingbot", "app.kubernetes.io/component": one["metadata"]["name"]}
            assert one["spec"]["template"]["metadata"]["labels"] == labels
            assert one["kind"] == "Job" or one["spec"]["selector"]["matchLabels"] == labels
    return made


def of(found: list[Object], kind: str, name: str) -> Object:
    [one] = [one for one in found if key(one) == (kind, name)]
    return one


@pytest.mark.parametrize("folder", FOLDERS)
def test_kustomize_itself_makes_the_same(folder: str) -> None:
    if shutil.which("kubectl") is None:
        pytest.skip("kubectl is not installed")
    done = subprocess.run(["kubectl", "kustomize", FOLDERS[folder]], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    printed = [one for one in yaml.safe_load_all(done.stdout) if one]
    assert sorted(printed, key=key) == sorted(built(FOLDERS[folder]), key=key)


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_file_is_forgotten(folder: str) -> None:
    [said] = documents(FOLDERS[folder] / "kustomization.yaml")
    named = {*said["resources"], *(patch["path"] for patch in said.get("patches", [])), "kustomization.yaml"}
    assert {path.name for path in FOLDERS[folder].iterdir()} == named - {"../../base"}


# --- Kubernetes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
def test_every_manifest_is_valid(manifests: list[Object], version: str) -> None:
    for one in manifests:
        assert kubernetes_validate.validate(one, version, strict=True) == version, key(one)


def test_what_is_not_valid_is_refused(base: list[Object]) -> None:
    wrong = copy.deepcopy(of(base, "Deployment", "web"))
    wrong["spec"]["template"]["spec"]["containers"][0]["readOnlyRootFilesystem"] = True
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, VERSIONS[1], strict=True)


def test_every_part_of_compose_is_there_and_no_other() -> None:
    assert pods(built(FOLDERS["base"])).keys() == BACKENDS | {"frontend"}
    assert pods(built(FOLDERS["trial"])).keys() == COMPOSE.keys()


def test_every_command_is_that_of_compose(manifests: list[Object]) -> None:
    for name, pod in pods(manifests).items():
        [container] = pod["containers"]
        assert container["name"] == name
        assert container.get("command") == COMPOSE[name].get("command"), name
        waits = [one["command"][-1] for one in pod.get("initContainers", [])]
        expected = ["until python manage.py migrate --check; do sleep 5; done"]
        assert waits == (expected if name in BACKENDS - {"prepare"} else [])


def test_no_container_may_more_than_it_needs(manifests: list[Object]) -> None:
    for name, pod in pods(manifests).items():
        user = {"frontend": 101, "db": 999, "redis": 999}.get(name, 1000)
        numbers = {"runAsUser": user, "runAsGroup": user, "fsGroup": user}
        expected = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}} | numbers
        assert (name, pod["securityContext"]) == (name, expected)
        assert (name, pod["automountServiceAccountToken"], pod["enableServiceLinks"]) == (name, False, False)
        assert not {"hostNetwork", "hostPID", "hostIPC", "serviceAccountName"} & pod.keys()
        assert not any("hostPath" in volume for volume in pod["volumes"])
        for container in containers_of(pod):
            confined = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True}
            assert container["securityContext"] == confined | {"capabilities": {"drop": ["ALL"]}}
            assert container["resources"]["requests"].keys() == {"cpu", "memory"}
            assert "memory" in container["resources"]["limits"]


def test_the_namespace_admits_only_confined_pods(base: list[Object]) -> None:
    labels = of(base, "Namespace", "tradingbot")["metadata"]["labels"]
    assert labels == {"pod-security.kubernetes.io/enforce": "restricted"}


def test_every_container_is_looked_after(manifests: list[Object]) -> None:
    for name, pod in pods(manifests).items():
        [container] = pod["containers"]
        if name == "prepare":
            assert not any(word.endswith("Probe") for word in container)
            continue
        assert {"startupProbe", "livenessProbe"} <= container.keys(), name
        probes = [container[word] for word in ("startupProbe", "livenessProbe", "readinessProbe") if word in container]
        if name in ("web", "frontend"):
            assert len(probes) == 3
            path = {"web": "/health/live", "frontend": "/"}[name]
            assert {(probe["httpGet"]["path"], probe["httpGet"]["port"]) for probe in probes} == {(path, "http")}
        elif name in BACKENDS | {"exchange"}:
            asked = COMPOSE[name]["healthcheck"]["test"][1:]
            assert [probe["exec"]["command"] for probe in probes] == [asked] * len(probes), name
        else:
            asked = COMPOSE[name]["healthcheck"]["test"][1].replace("$$", "$")
            assert [probe["exec"]["command"] for probe in probes] == [["sh", "-c", asked]] * len(probes), name
    web = pods(manifests)["web"]["containers"][0]
    for word in ("startupProbe", "livenessProbe", "readinessProbe"):
        assert web[word]["httpGet"]["httpHeaders"] == [{"name": "Host", "value": "127.0.0.1"}], "no foreign host"


def test_there_is_one_beat_and_one_stream_and_nothing_makes_more(manifests: list[Object]) -> None:
    for name in ("beat", "stream"):
        assert of(manifests, "Deployment", name)["spec"]["replicas"] == 1
    scalers = [one for one in manifests if one["kind"] == "HorizontalPodAutoscaler"]
    assert [one["spec"]["scaleTargetRef"]["name"] for one in scalers] == ["worker"]


def test_workers_are_made_and_ended_within_bounds(base: list[Object]) -> None:
    scaler = of(base, "HorizontalPodAutoscaler", "worker")["spec"]
    assert 1 < scaler["minReplicas"] < scaler["maxReplicas"] <= 10
    assert [metric["resource"]["target"]["averageUtilization"] for metric in scaler["metrics"]] == [70]
    assert "replicas" not in of(base, "Deployment", "worker")["spec"], "each apply would set it back"
    assert of(base, "Deployment", "web")["spec"]["replicas"] == 2


def test_a_node_that_is_emptied_takes_not_all_of_a_part(base: list[Object]) -> None:
    budgets = [one for one in base if one["kind"] == "PodDisruptionBudget"]
    assert {one["metadata"]["name"] for one in budgets} == {"web", "worker", "frontend"}
    for one in budgets:
        assert one["spec"]["minAvailable"] == 1
        assert one["spec"]["selector"]["matchLabels"]["app.kubernetes.io/component"] == one["metadata"]["name"]


def test_every_setting_is_one_of_the_product(manifests: list[Object]) -> None:
    config = of(manifests, "ConfigMap", "tradingbot")["data"]
    assert config.keys() <= settings_known()
    for name, pod in pods(manifests).items():
        for container in containers_of(pod):
            own = {variable["name"] for variable in container.get("env", [])}
            if name in ("db", "redis"):
                continue
            assert own <= (frontend_known() if name == "frontend" else settings_known()), name
            from_config = container.get("envFrom", [])
            assert from_config == ([{"configMapRef": {"name": "tradingbot"}}] if name in BACKENDS else []), name


def test_every_secret_is_a_file_and_for_those_who_need_it(manifests: list[Object]) -> None:
    expected = dict.fromkeys(BACKENDS, TRADING) | {"prepare": TRADING | {"ADMIN_PASSWORD"}}
    expected |= {"frontend": set(), "exchange": set(), "db": {"DATABASE_PASSWORD"}, "redis": {"REDIS_PASSWORD"}}
    assert not [one for one in manifests if one["kind"] == "Secret"], "they are yours"
    for name, pod in pods(manifests).items():
        volumes = [volume["secret"] for volume in pod["volumes"] if "secret" in volume]
        assert {volume["secretName"] for volume in volumes} <= {"tradingbot"}
        items = {item["key"]: item["path"] for volume in volumes for item in volume["items"]}
        assert items.keys() == expected[name] <= secrets_documented()
        for container in containers_of(pod):
            for variable in container.get("env", []):
                assert "secretKeyRef" not in variable.get("valueFrom", {})
        if name in BACKENDS:
            config = of(manifests, "ConfigMap", "tradingbot")["data"]
            own = {variable["name"]: variable["value"] for variable in pod["containers"][0].get("env", [])}
            files = {name: value for name, value in (config | own).items() if name.endswith("_FILE")}
            assert files == {f"{key}_FILE": f"/run/secrets/tradingbot/{path}" for key, path in items.items()}


def test_the_product_starts_with_the_settings_of_the_manifests(manifests: list[Object], tmp_path: Path) -> None:
    config = of(manifests, "ConfigMap", "tradingbot")["data"]
    keys = {"ALPACA_API_KEY": "", "ALPACA_SECRET_KEY": ""} if "SIMULATOR_URL" in config else {}
    given = {name: f"a long and quite unguessable value of {name}, 0123456789" for name in TRADING} | keys
    given |= {"DATABASE_URL": "postgres://tradingbot@db:5432/tradingbot", "REDIS_URL": "redis://redis:6379/0"}
    for name, value in given.items():
        (tmp_path / name).write_text(value)
    environment = {name: value.replace("/run/secrets/tradingbot", str(tmp_path)) for name, value in config.items()}
    read = settings_load(environment | {"DATA_DIR": str(tmp_path / "data")})
    assert (read["MARKET_MODE"], read["HTTPS"]) == (("simulator", "False") if keys else ("paper", "True"))
    assert read["METRICS_PORT"] == "9100"
    assert not keys or read["SIMULATOR_URL"] == "http://exchange:8010"


def test_images_are_of_this_version(manifests: list[Object]) -> None:
    for name, pod in pods(manifests).items():
        image = {"frontend": f"tradingbot-frontend:{VERSION}"}.get(name, f"tradingbot-backend:{VERSION}")
        if name in ("db", "redis"):
            image = COMPOSE[name]["image"]
        assert {container["image"] for container in containers_of(pod)} == {image}


def test_the_page_is_found_and_nothing_else_is_published(base: list[Object]) -> None:
    [rule] = of(base, "Ingress", "tradingbot")["spec"]["rules"]
    [path] = rule["http"]["paths"]
    assert path["backend"]["service"] == {"name": "frontend", "port": {"name": "http"}}
    assert rule["host"] == of(base, "ConfigMap", "tradingbot")["data"]["ALLOWED_HOSTS"]
    assert all("type" not in one["spec"] for one in base if one["kind"] == "Service")


def test_every_service_leads_to_a_port_of_its_pods(manifests: list[Object]) -> None:
    for one in manifests:
        if one["kind"] == "Service":
            part = one["spec"]["selector"]["app.kubernetes.io/component"]
            ports = {port["name"] for port in pods(manifests)[part]["containers"][0]["ports"]}
            assert {port["targetPort"] for port in one["spec"]["ports"]} <= ports


# --- who may speak to whom --------------------------------------------------------------------------------------------


def selects(selector: Object, part: str) -> bool:
    labels = {"app.kubernetes.io/name": "tradingbot", "app.kubernetes.io/component": part}
    for one in selector.get("matchExpressions", []):
        assert one["operator"] == "In"
        if labels.get(one["key"]) not in one["values"]:
            return False
    return all(labels.get(name) == value for name, value in selector.get("matchLabels", {}).items())


def rules(found: list[Object], part: str, direction: str) -> list[Object]:
    policies = [one["spec"] for one in found if one["kind"] == "NetworkPolicy"]
    mine = [one for one in policies if selects(one["podSelector"], part) and direction in one["policyTypes"]]
    assert mine, f"{part} is closed by no policy"
    return [rule for one in mine for rule in one.get(direction.lower(), [])]


def reaches(rule: Object, word: str, other: str, port: int) -> bool:
    if port not in [one["port"] for one in rule["ports"]]:
        return False
    return word not in rule or any("podSelector" in one and selects(one["podSelector"], other) for one in rule[word])


def spoken(found: list[Object]) -> set[tuple[str, str, int]]:
    parts = pods(found)
    ports = {
        part: [port["containerPort"] for port in pod["containers"][0].get("ports", [])] for part, pod in parts.items()
    }
    return {
        (one, other, port)
        for one in parts
        for other in parts
        for port in ports[other]
        if any(reaches(rule, "to", other, port) for rule in rules(found, one, "Egress"))
        and any(reaches(rule, "from", one, port) for rule in rules(found, other, "Ingress"))
    }


def test_only_the_frontend_speaks_to_the_web_processes(base: list[Object]) -> None:
    assert spoken(base) == {("frontend", "web", 8000)}


def test_in_a_trial_the_product_speaks_to_what_comes_with_it() -> None:
    stores = {(one, *other) for one in BACKENDS for other in (("db", 5432), ("redis", 6379), ("exchange", 8010))}
    assert spoken(built(FOLDERS["trial"])) == {("frontend", "web", 8000)} | stores


def test_every_pod_is_closed_but_for_what_is_allowed(manifests: list[Object]) -> None:
    everything = of(manifests, "NetworkPolicy", "default-deny")["spec"]
    assert everything == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    general = {"default-deny", "names"}
    special = [one for one in manifests if one["kind"] == "NetworkPolicy" and one["metadata"]["name"] not in general]
    assert all(one["spec"]["podSelector"] for one in special)
    for part in pods(manifests):
        assert any(selects(one["spec"]["podSelector"], part) for one in special), part
    entered = {part for part in pods(manifests) for rule in rules(manifests, part, "Ingress") if "from" not in rule}
    assert entered == {"frontend"}


def test_outside_is_asked_for_names_by_all_and_for_the_broker_and_the_stores_by_the_backend(base: list[Object]) -> None:
    for part in pods(base):
        outside = [
            rule for rule in rules(base, part, "Egress") if not any("podSelector" in to for to in rule.get("to", []))
        ]
        asked = {port["port"] for rule in outside for port in rule["ports"]}
        assert asked == ({53} if part == "frontend" else {53, 443, 5432, 6379}), part
    [broker] = of(base, "NetworkPolicy", "broker")["spec"]["egress"]
    blocks = [to["ipBlock"] for to in broker["to"]]
    assert [block["cidr"] for block in blocks] == ["0.0.0.0/0", "::/0"]
    excepted = [ipaddress.ip_network(cidr) for block in blocks for cidr in block["except"]]
    for inside in ("10.1.2.3", "172.31.0.1", "192.168.0.1", "169.254.169.254", "fd00::1", "fe80::1"):
        assert any(ipaddress.ip_address(inside) in network for network in excepted), inside


# --- AWS --------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def resources() -> dict[str, Object]:
    template, matches = decode_str(TEMPLATE.read_text())
    assert matches == []
    found: dict[str, Object] = template["Resources"]
    return found


def linted(text: str) -> list[str]:
    return [str(match) for match in lint(text, config=ManualArgs({"regions": list(REGIONS)}))]


def test_the_template_is_valid() -> None:
    assert linted(TEMPLATE.read_text()) == []


def test_a_template_that_is_not_valid_is_refused() -> None:
    wrong = """
    Resources:
      Database:
        Type: AWS::RDS::DBInstance
        DeletionPolicy: Snapshot
        UpdateReplacePolicy: Snapshot
        Properties: {Engine: postgres, DBInstanceClass: db.t4g.small, AllocatedStorage: "20", StorageEncrypted: perhaps}
    """
    [said] = linted(wrong)
    assert "'perhaps' is not of type 'boolean'" in said


def typed(resources: dict[str, Object], kind: str) -> dict[str, Object]:
    return {name: one["Properties"] for name, one in resources.items() if one["Type"] == f"AWS::{kind}"}


def tasks(resources: dict[str, Object]) -> dict[str, Object]:
    found = {}
    for name, task in typed(resources, "ECS::TaskDefinition").items():
        [container] = task["ContainerDefinitions"]
        assert name == f"{container['Name'].title()}Task"
        found[container["Name"]] = task
    return found


def test_every_part_is_a_task_with_the_command_and_the_check_of_compose(resources: dict[str, Object]) -> None:
    found = tasks(resources)
    assert found.keys() == COMPOSE.keys() - TRIAL
    for name, task in found.items():
        [container] = task["ContainerDefinitions"]
        assert container.get("Command") == COMPOSE[name].get("command"), name
        asked = COMPOSE[name].get("healthcheck", {}).get("test")
        if name == "frontend":
            asked = [word.replace("/health/live", "/") for word in asked]
        assert container.get("HealthCheck", {}).get("Command") == asked, name
    services = {name.removesuffix("Service").lower() for name in typed(resources, "ECS::Service")}
    assert services == found.keys() - {"prepare"}


def test_no_task_may_more_than_it_needs(resources: dict[str, Object]) -> None:
    for name, task in tasks(resources).items():
        [container] = task["ContainerDefinitions"]
        assert container["User"] == ("101:101" if name == "frontend" else "1000:1000")
        assert container["ReadonlyRootFilesystem"] is True
        assert container["LinuxParameters"]["Capabilities"] == {"Drop": ["ALL"]}
        assert "TaskRoleArn" not in task, "it asks AWS for nothing"
        written = {mount["ContainerPath"] for mount in container["LinuxParameters"]["Tmpfs"]}
        written |= {mount["ContainerPath"] for mount in container.get("MountPoints", [])}
        assert written == ({"/tmp", "/etc/nginx/conf.d"} if name == "frontend" else {"/tmp", "/data"})
        network = typed(resources, "ECS::Service").get(f"{name.title()}Service", {}).get("NetworkConfiguration", {})
        assert network.get("AwsvpcConfiguration", {}).get("AssignPublicIp", "DISABLED") == "DISABLED"


def test_each_task_knows_its_own_secrets_alone(resources: dict[str, Object]) -> None:
    # Their addresses have no password in them.
    trading = TRADING - {"DATABASE_URL", "REDIS_URL"}
    expected = dict.fromkeys(BACKENDS, trading) | {"prepare": trading | {"ADMIN_PASSWORD"}, "frontend": set()}
    secrets = set(typed(resources, "SecretsManager::Secret"))
    for name, task in tasks(resources).items():
        [container] = task["ContainerDefinitions"]
        injected = {one["Name"]: one["ValueFrom"]["Ref"] for one in container.get("Secrets", [])}
        assert injected.keys() == expected[name] <= secrets_documented()
        assert set(injected.values()) <= secrets
        role = "ExecutionRole" if name == "frontend" else "SecretsRole"
        assert task["ExecutionRoleArn"] == {"Fn::GetAtt": [role, "Arn"]}
        names = {one["Name"] for one in container["Environment"]}
        assert names <= (frontend_known() if name == "frontend" else settings_known())
        assert not names & {*TRADING - {"DATABASE_URL", "REDIS_URL"}, "ADMIN_PASSWORD"}
    [policy] = resources["SecretsRole"]["Properties"]["Policies"]
    [statement] = policy["PolicyDocument"]["Statement"]
    assert {one["Ref"] for one in statement["Resource"]} == secrets
    assert "Policies" not in resources["ExecutionRole"]["Properties"]


def test_the_product_starts_with_the_settings_of_the_template(resources: dict[str, Object], tmp_path: Path) -> None:
    [container] = tasks(resources)["web"]["ContainerDefinitions"]
    environment = {}
    for one in container["Environment"]:
        value = one["Value"]
        if isinstance(value, dict):
            value = "bots.example" if "Ref" in value else re.sub(r"\$\{[^}]*\}", "host.example", value["Fn::Sub"])
        environment[one["Name"]] = value
    given = {one["Name"]: f"AlongvalueofitsownMadeOf0123456789{one['Name']}" for one in container["Secrets"]}
    assert environment["DATABASE_URL"] == "postgres://tradingbot@host.example:5432/tradingbot?sslmode=require"
    assert environment["REDIS_URL"] == "rediss://host.example:6379/0?ssl_cert_reqs=required"
    read = settings_load(environment | given | {"DATA_DIR": str(tmp_path / "data")})
    assert (read["MARKET_MODE"], read["HTTPS"]) == ("paper", "True")
    assert read["REDIS_URL"].startswith("rediss://:Along")
    assert "'bots.example'" in read["ALLOWED_HOSTS"]


def test_one_beat_and_one_stream_and_workers_within_bounds(resources: dict[str, Object]) -> None:
    services = typed(resources, "ECS::Service")
    counts = {name: one["DesiredCount"]["Fn::If"] for name, one in services.items()}
    assert counts["BeatService"] == counts["StreamService"] == ["IsStarted", 1, 0]
    assert all((first, last) == ("IsStarted", 0) for first, _, last in counts.values())
    [scaling] = typed(resources, "ApplicationAutoScaling::ScalableTarget").values()
    assert scaling["ResourceId"] == {"Fn::Sub": "service/${Cluster}/${WorkerService.Name}"}
    assert (scaling["MinCapacity"], scaling["MaxCapacity"]) == ({"Ref": "WorkerMinimum"}, {"Ref": "WorkerMaximum"})


def test_what_is_kept_is_encrypted_backed_up_and_not_deleted_by_mistake(resources: dict[str, Object]) -> None:
    database = resources["Database"]["Properties"]
    assert resources["Database"]["DeletionPolicy"] == resources["Database"]["UpdateReplacePolicy"] == "Snapshot"
    assert (database["StorageEncrypted"], database["DeletionProtection"], database["PubliclyAccessible"]) == (
        True,
        True,
        False,
    )
    assert database["BackupRetentionPeriod"] >= 7
    redis = resources["Redis"]["Properties"]
    assert (redis["TransitEncryptionEnabled"], redis["AtRestEncryptionEnabled"]) == (True, True)
    assert "AuthToken" in redis
    # As of docker-compose.yml.
    assert resources["RedisParameters"]["Properties"]["Properties"] == {"maxmemory-policy": "noeviction"}


def test_nobody_in_the_account_speaks_to_more_than_it_needs(resources: dict[str, Object]) -> None:
    def ends(one: Object, other: str) -> tuple[str, int]:
        source = one.get(f"{other}SecurityGroupId", {"Fn::GetAtt": [str(one.get("CidrIp"))]})
        assert one["FromPort"] == one["ToPort"]
        return source["Fn::GetAtt"][0].removesuffix("Group"), one["FromPort"]

    entered = {
        (ends(one, "Source")[0], one["GroupId"]["Fn::GetAtt"][0].removesuffix("Group"), one["FromPort"])
        for one in typed(resources, "EC2::SecurityGroupIngress").values()
    }
    left = {
        (one["GroupId"]["Fn::GetAtt"][0].removesuffix("Group"), *ends(one, "Destination"))
        for one in typed(resources, "EC2::SecurityGroupEgress").values()
    }
    inside = {("Balancer", "Frontend", 8080), ("Frontend", "Web", 8000)}
    inside |= {("Backend", "Database", 5432), ("Backend", "Redis", 6379)}
    allowed = "{'Ref': 'AllowedCidr'}"
    assert entered == inside | {(allowed, "Balancer", 443), (allowed, "Balancer", 80)}
    assert left == inside | {("Frontend", "0.0.0.0/0", 443), ("Backend", "0.0.0.0/0", 443)}
    for group in typed(resources, "EC2::SecurityGroup").values():
        assert [rule["CidrIp"] for rule in group["SecurityGroupEgress"]] == ["127.0.0.1/32"]
        assert "SecurityGroupIngress" not in group


def test_the_page_is_opened_by_https_alone_and_asked_whether_it_lives(resources: dict[str, Object]) -> None:
    listeners = {one["Protocol"]: one for one in typed(resources, "ElasticLoadBalancingV2::Listener").values()}
    assert [action["Type"] for action in listeners["HTTP"]["DefaultActions"]] == ["redirect"]
    assert listeners["HTTPS"]["Certificates"] == [{"CertificateArn": {"Ref": "CertificateArn"}}]
    [targets] = typed(resources, "ElasticLoadBalancingV2::TargetGroup").values()
    assert targets["HealthCheckPath"] == "/health/live"
