"""Permissions: each account has what its program needs, and nothing beyond: rights.yaml, by name.

The table is compared with the rendered roles, and with what a real API server grants to a token of each account.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from api_server import ApiServer
from charts import DEFAULTS, SYNCHRONIZING, Chart, Rendered
from lib import paths

NAME, HOME = "connected-registry", "rights"
TABLE: dict[str, list[dict[str, Any]]] = yaml.safe_load(Path(__file__).with_name("rights.yaml").read_text())
DOCUMENT = paths.REPOSITORY / "docs" / "rights.md"
ALL_FEATURES: dict[str, Any] = {
    **SYNCHRONIZING,
    "registry": {"replicas": 2},
    "storage": {"driver": "s3", "parameters": {"region": "eu-1", "bucket": "images"}},
    "trustDistribution": {"startupTaint": "example.com/untrusted", "restart": True},
}
FEWER = {
    "defaults": DEFAULTS,
    "synchronizing": SYNCHRONIZING,
    "plain HTTP": {**DEFAULTS, "httpsEnabled": False, "cert-manager": {"install": False, "enabled": False}},
    "no agents": {**DEFAULTS, "trustDistribution": {"enabled": False}},
}
WRITES = {"create", "patch", "update", "delete", "deletecollection"}
# The verbs that give what the account does not have.
ESCALATIONS = {"escalate", "bind", "impersonate", "approve", "sign", "*"}

# One right: where, API group, resource, name (or "" for every name), verb.
Right = tuple[str, str, str, str, str]


def filled(name: str) -> str:
    """Return a name of the table for this release."""
    text = name.replace("CERT-MANAGER", f"{NAME}-cert-manager")
    return text.replace("NAMESPACE", HOME).replace("NAME", NAME)


def expected(account: str) -> set[Right]:
    """Return the single rights of an account in the table."""
    return {
        (row["in"], row.get("group", ""), row["resource"], filled(name), verb)
        for row in TABLE[account]
        for name in row.get("names", [""])
        for verb in row["verbs"]
    }


def account_name(account: str) -> str:
    """Return the name of a service account; the registry's has no suffix."""
    return NAME if account == "registry" else f"{NAME}-{account}"


def rules_of(rendered: Rendered, account: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Find the rules that are bound to an account, each with where it holds."""
    roles = {
        (item["kind"], item["metadata"]["name"]): item
        for item in rendered.ours()
        if item["kind"] in ("Role", "ClusterRole") and item["metadata"].get("namespace", HOME) == HOME
    }
    for binding in rendered.ours():
        if not binding["kind"].endswith("RoleBinding") or binding["metadata"].get("namespace", HOME) != HOME:
            continue
        if account_name(account) in [subject["name"] for subject in binding["subjects"]]:
            role = roles[binding["roleRef"]["kind"], binding["roleRef"]["name"]]
            for rule in role["rules"]:
                yield "namespace" if binding["kind"] == "RoleBinding" else "cluster", rule


def rendered_rights(rendered: Rendered, account: str) -> set[Right]:
    """Return the single rights of an account in the rendered roles."""
    return {
        (where, group, resource, name, verb)
        for where, rule in rules_of(rendered, account)
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for name in rule.get("resourceNames", [""])
        for verb in rule["verbs"]
    }


@pytest.mark.parametrize("account", TABLE)
def test_the_roles_grant_what_the_table_says(chart: Chart, account: str) -> None:
    assert rendered_rights(chart.render(ALL_FEATURES, namespace=HOME), account) == expected(account)


@pytest.mark.parametrize("account", TABLE)
@pytest.mark.parametrize("values", FEWER.values(), ids=FEWER.keys())
def test_fewer_features_need_no_other_rights(chart: Chart, account: str, values: dict[str, Any]) -> None:
    assert rendered_rights(chart.render(values, namespace=HOME), account) <= expected(account)


def test_every_account_of_the_chart_is_in_the_table(chart: Chart) -> None:
    rendered = chart.render(ALL_FEATURES, namespace=HOME)
    made = {item["metadata"]["name"] for item in rendered.ours() if item["kind"] == "ServiceAccount"}
    assert made == {account_name(account) for account in TABLE}


def test_a_right_without_names_says_what_bounds_it() -> None:
    rows = [row for rows in TABLE.values() for row in rows]
    assert [row for row in rows if "names" not in row and "bound" not in row] == []
    assert [row for row in rows if ESCALATIONS & {*row["verbs"], row["resource"], row.get("group", "")}] == []
    # A right to create Secrets, ConfigMaps, pods, tokens or roles of any name is a right to take over others.
    unnamed = {(row["resource"], verb) for row in rows if "names" not in row for verb in WRITES & set(row["verbs"])}
    assert unnamed == {
        ("leases", "create"),
        ("leases", "patch"),
        ("leases", "delete"),
        ("pods", "patch"),
        ("nodes", "patch"),
        ("events", "create"),
        ("services", "create"),
    }


def test_each_policy_of_the_table_is_in_the_chart(chart: Chart) -> None:
    words = {word for rows in TABLE.values() for row in rows for word in row.get("bound", "").split()}
    named = {f"{filled(word)}-{HOME}" for word in words if word.startswith("NAME-") and "*" not in word}
    rendered = chart.render(ALL_FEATURES, namespace=HOME)
    policies = {item["metadata"]["name"] for item in rendered.kind("ValidatingAdmissionPolicy")}
    assert named and named <= policies
    bindings = {item["spec"]["policyName"] for item in rendered.kind("ValidatingAdmissionPolicyBinding")}
    assert bindings == policies


def test_the_document_is_as_the_table(request: pytest.FixtureRequest) -> None:
    lines = [
        "# Rights of each account",
        "",
        "Made by `tests/chart/test_rights.py --update-golden` from `tests/chart/rights.yaml`; change that file. NAME is"
        " the chart's full name, NAMESPACE the release's namespace. A test compares this list with the rendered roles,"
        " and with what a real API server grants to each account.",
    ]
    for account, rows in TABLE.items():
        lines += ["", f"## {account}", "", "| resource | names | verbs | what for | bounded by |", "|--|--|--|--|--|"]
        for row in rows:
            resource = row["resource"] + (f".{row['group']}" if "group" in row else "")
            where = " (cluster)" if row["in"] == "cluster" else ""
            names = ", ".join(f"`{name}`" for name in row["names"]) if "names" in row else "any"
            why = row["why"] + (f" (only with {row['if']})" if "if" in row else "")
            lines.append(
                f"| {resource}{where} | {names} | {', '.join(row['verbs'])} | {why} | {row.get('bound', 'the names')} |"
            )
    text = "\n".join(lines) + "\n"
    if request.config.getoption("--update-golden"):
        DOCUMENT.write_text(text)
    assert DOCUMENT.read_text() == text


@pytest.fixture(scope="module")
def installed(chart: Chart, api_server: ApiServer) -> Iterator[Rendered]:
    """Provide the accounts and rights of an installation, the hooks' own among them."""
    api_server.create_namespace(HOME)
    rendered = chart.render(ALL_FEATURES, namespace=HOME)
    kinds = {"ServiceAccount", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"}
    ours = [item for item in rendered.ours() if item["kind"] in kinds]
    text = "---\n".join(yaml.safe_dump(item) for item in ours)
    api_server.kubectl("create", "--filename=-", input=text)
    yield rendered
    api_server.kubectl("delete", "--filename=-", "--wait=false", input=text)


def granted(api_server: ApiServer, token: str, namespace: str) -> set[Right]:
    """Ask the API server for all rights of a token in a namespace, as `kubectl auth can-i --list` does."""
    review = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectRulesReview",
        "spec": {"namespace": namespace},
    }
    answer = api_server.call("POST", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", review, token=token)
    assert answer.status == 201 and not answer.body["status"].get("incomplete"), answer.body
    return {
        ("", group, resource, name, verb)
        for rule in answer.body["status"]["resourceRules"]
        for group in rule.get("apiGroups", [""])
        for resource in rule.get("resources", [])
        for name in rule.get("resourceNames", [""])
        for verb in rule["verbs"]
    }


@pytest.mark.parametrize("account", TABLE)
def test_a_token_of_the_account_may_do_that_and_nothing_more(
    installed: Rendered, api_server: ApiServer, account: str
) -> None:
    def token(name: str) -> str:
        path = f"/api/v1/namespaces/{HOME}/serviceaccounts/{name}/token"
        request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
        answer = api_server.call("POST", path, request)
        assert answer.status == 201, answer.body
        return str(answer.body["status"]["token"])

    if account == "webhook":
        api_server.kubectl("create", "serviceaccount", "nobody", f"--namespace={HOME}")
    own = token(account_name(account))
    everybodys = granted(api_server, token("nobody"), HOME)
    rights = {("", *right[1:]) for right in expected(account)}
    assert granted(api_server, own, HOME) - everybodys == rights
    elsewhere = {("", *right[1:]) for right in expected(account) if right[0] == "cluster"}
    assert granted(api_server, own, "kube-public") - everybodys == elsewhere


def test_a_certificate_in_a_secret_of_the_users_is_read_and_never_changed(chart: Chart) -> None:
    without_cert_manager = {"install": False, "enabled": False}
    values = {**DEFAULTS, "cert-manager": without_cert_manager, "tls": {"secret": "k8secret"}}
    rendered = chart.render(values)
    rules = [rule for item in rendered.ours() for rule in item.get("rules", []) if item["kind"] == "Role"]
    verbs = [rule["verbs"] for rule in rules if "k8secret" in rule.get("resourceNames", [])]
    assert verbs == [["get"], ["get", "list", "watch"]] or verbs == [["get", "list", "watch"], ["get"]]


def test_the_preflight_hook_may_read_the_users_objects_that_it_judges_and_no_others(chart: Chart) -> None:
    own = {"cert-manager": {"install": False, "enabled": False}, "tls": {"secret": "k8secret"}}
    values = {**DEFAULTS, **own, "connectionStringSecret": "parent", "pvc": {"existingClaim": "images"}}
    rules = chart.render(values).get("Role", "connected-registry-preflight")["rules"]
    readable = {rule["resources"][0]: rule.get("resourceNames") for rule in rules if rule["verbs"] == ["get"]}
    assert readable == {"secrets": ["k8secret", "parent"], "persistentvolumeclaims": ["images"]}
    rules = chart.render(DEFAULTS).get("Role", "connected-registry-preflight")["rules"]
    assert not [rule for rule in rules if rule["resources"] == ["secrets"]]


def test_one_object_can_be_watched_by_name(installed: Rendered, api_server: ApiServer) -> None:
    """The webhook and the agents watch single objects; a list of all of them is refused."""

    def listing(*selector: str) -> Any:
        account = f"--as=system:serviceaccount:{HOME}:{NAME}-webhook"
        return api_server.kubectl("get", "secrets", f"--namespace={HOME}", account, *selector, check=False)

    assert listing(f"--field-selector=metadata.name={NAME}-webhook-tls").returncode == 0
    assert "forbidden" in listing().stderr
    assert "forbidden" in listing(f"--field-selector=metadata.name={NAME}-settings").stderr
