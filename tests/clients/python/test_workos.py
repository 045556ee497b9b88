"""WorkOS's own package against a running server."""

import socket
import threading
import time
import uuid
from datetime import datetime, timezone
from urllib.parse import urlsplit

import httpx2
import pytest
from workos import WorkOSClient
from workos._errors import (
    AuthenticationError,
    BadRequestError,
    ConflictError,
    NotFoundError,
    RateLimitExceededError,
    UnprocessableEntityError,
)
from workos.audit_logs._resource import RetentionPeriod, RetentionPeriodInDays
from workos.audit_logs.models import AuditLogEvent

pytestmark = pytest.mark.client("WorkOS", "workos")


def client(product, base_url=None, **options):
    return WorkOSClient(
        api_key=product.key["bearer"], client_id="client_1", base_url=base_url or product.origin, **options
    )


def event(product=None, action="user.signed_in", **more):
    """An event, of an action that the product takes if one is given."""
    return AuditLogEvent.from_dict(
        {
            "action": product.action(action) if product and action else action,
            "occurred_at": "2026-01-10T10:00:00.000Z",
            "actor": {"type": "user", "id": "user_1", "name": "Ann"},
            "targets": [{"type": "team", "id": "team_1"}],
            "context": {"location": "Oslo"},
        }
        | more
    )


def log(product, organization):
    """The events of an organization, as our own API has them."""
    answer = httpx2.get(
        f"{product.origin}/api/v1/events",
        params={"client": organization},
        headers={"authorization": f"Bearer {product.key['bearer']}"},
    )
    return answer.json()["entries"]


class CuttingProxy:
    """Hands requests on and hangs up when the answer comes, as often as it is told to."""

    def __init__(self, origin, cuts):
        self.to = (urlsplit(origin).hostname, urlsplit(origin).port)
        self.cuts = cuts
        self.answers = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.origin = "http://127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                caller, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(self.to)
            threading.Thread(target=self.hand_on, args=(caller, server), daemon=True).start()
            threading.Thread(target=self.answer, args=(server, caller), daemon=True).start()

    def hand_on(self, caller, server):
        try:
            while part := caller.recv(65536):
                server.sendall(part)
        except OSError:
            pass

    def answer(self, server, caller):
        while part := server.recv(65536):
            self.answers += 1
            if self.answers <= self.cuts:
                caller.shutdown(socket.SHUT_RDWR)
                caller.close()
                return
            caller.sendall(part)


@pytest.mark.call("create_event", "POST /audit_logs/events")
def test_an_event_arrives_whole(product):
    answer = client(product).audit_logs.create_event(
        organization_id=product.organization("py_whole"), event=event(product, metadata={"seats": 3, "trial": True})
    )
    assert answer.success
    (found,) = log(product, product.organization("py_whole"))
    assert found["action"] == "user.signed_in"
    assert found["time"] == "2026-01-10T10:00:00.000Z"
    assert found["context"]["client"]["location"] == "Oslo"
    assert found["metadata"] == {"seats": 3, "trial": True}


@pytest.mark.call("create_event", "POST /audit_logs/events")
def test_one_key_is_one_event_and_two_calls_without_are_two(product):
    logs = client(product).audit_logs
    for _ in range(2):
        logs.create_event(organization_id=product.organization("py_key"), event=event(product), idempotency_key="k")
    assert len(log(product, product.organization("py_key"))) == 1
    for _ in range(2):
        logs.create_event(organization_id=product.organization("py_key"), event=event(product))
    assert len(log(product, product.organization("py_key"))) == 3


@pytest.mark.call("create_event", "POST /audit_logs/events")
def test_an_answer_that_is_lost_leaves_one_event(product):
    proxy = CuttingProxy(product.origin, cuts=1)
    logs = client(product, base_url=proxy.origin).audit_logs
    assert logs.create_event(organization_id=product.organization("py_cut"), event=event(product)).success
    proxy.listener.close()
    assert proxy.answers == 2
    assert len(log(product, product.organization("py_cut"))) == 1


@pytest.mark.call("create_event", "POST /audit_logs/events")
def test_faults_come_as_the_errors_of_the_package(product):
    logs = client(product).audit_logs
    with pytest.raises(UnprocessableEntityError) as refused:
        logs.create_event(organization_id="", event=event(product, action=""))
    fields = [error["field"] for error in refused.value.errors]
    assert fields == ["event.action", "organization_id"]
    stranger = WorkOSClient(api_key="sk_wrong", client_id="client_1", base_url=product.origin)
    with pytest.raises(AuthenticationError):
        stranger.audit_logs.create_event(organization_id="py_1", event=event())


@pytest.mark.call("create_event", "POST /audit_logs/events")
def test_a_used_up_quota_is_a_rate_limit(own_product):
    small = own_product(monthly_quota=1)
    logs = client(small, max_retries=0).audit_logs
    logs.create_event(organization_id="py_1", event=event())
    with pytest.raises(RateLimitExceededError):
        logs.create_event(organization_id="py_1", event=event())


@pytest.mark.call("create_event", "POST /audit_logs/events")
def test_where_workos_is_strict_an_event_needs_an_organization_that_was_made_and_an_action_that_has_a_schema(product):
    logs = client(product).audit_logs
    if product.mode == "open":
        assert logs.create_event(organization_id="py_unheard", event=event(action="py.unheard")).success
        return
    with pytest.raises(NotFoundError, match="Organization not found: 'py_unheard'."):
        logs.create_event(organization_id="py_unheard", event=event(action="py.unheard"))
    with pytest.raises(BadRequestError) as refused:
        logs.create_event(organization_id=product.organization("py_heard"), event=event(action="py.unheard"))
    assert (refused.value.code, refused.value.errors[0]["instancePath"]) == ("invalid_audit_log_event", "/action")


@pytest.mark.call("create_schema", "POST /audit_logs/actions/{action}/schemas")
def test_schemas_have_versions_and_events_must_fit_them(product):
    logs = client(product).audit_logs

    def schema(kind):
        metadata = {"type": "object", "properties": {"reason": {"type": kind}}}
        return logs.create_schema("py.renamed", targets=[Target("team")], metadata=metadata)

    product.actions.add("py.renamed")
    assert [schema(kind).version for kind in ("string", "string", "number")] == [1, 1, 2]
    with pytest.raises(BadRequestError) as refused:
        logs.create_event(
            organization_id=product.organization("py_schema"),
            event=event(product, "py.renamed", metadata={"reason": "x"}, version=2),
        )
    assert refused.value.code == "invalid_audit_log_event"
    assert refused.value.errors[0]["instancePath"] == "/metadata/reason"
    logs.create_event(
        organization_id=product.organization("py_schema"), event=event(product, "py.renamed", metadata={"reason": "x"})
    )
    assert len(log(product, product.organization("py_schema"))) == 1
    with pytest.raises(UnprocessableEntityError):
        logs.create_schema("py.renamed", targets=[])


@pytest.mark.call("list_action_schemas", "GET /audit_logs/actions/{action}/schemas")
def test_schemas_are_listed_to_the_end(product):
    logs = client(product).audit_logs
    for kind in "abc":
        logs.create_schema("py.listed", targets=[Target(kind)])
    page = logs.list_action_schemas("py.listed", limit=2)
    assert [schema.version for schema in page] == [3, 2]
    assert [schema.targets[0].type for schema in page.auto_paging_iter()] == ["c", "b", "a"]
    with pytest.raises(NotFoundError):
        logs.list_action_schemas("py.nothing")


@pytest.mark.call("list_actions", "GET /audit_logs/actions")
def test_actions_are_listed_to_the_end(product):
    logs = client(product).audit_logs
    names = [f"py.action.{number}" for number in range(12)]
    for name in names:
        logs.create_schema(name, targets=[Target("team")])
    found = {action.name: action for action in logs.list_actions().auto_paging_iter()}
    assert set(names) <= set(found)
    assert found[names[0]].schema.version == 1


@pytest.mark.call("create_export", "POST /audit_logs/exports")
def test_an_export_that_ends_before_it_begins_or_has_no_organization_is_refused(product):
    logs = client(product).audit_logs
    logs.create_event(organization_id=product.organization("py_range"), event=event(product))
    order = {"range_start": "2026-02-01T00:00:00Z", "range_end": "2026-01-01T00:00:00Z"}
    with pytest.raises(BadRequestError) as refused:
        logs.create_export(organization_id=product.organization("py_range"), **order)
    assert refused.value.code == "invalid_audit_log_export_range_date"
    with pytest.raises(NotFoundError, match="py_none"):
        logs.create_export(organization_id="py_none", range_start="2026-01-01", range_end="2026-02-01")


@pytest.mark.call("get_export", "GET /audit_logs/exports/{id}")
def test_an_export_becomes_ready_and_its_file_needs_no_key(product):
    logs = client(product).audit_logs
    for action in ("py.kept", "py.left"):
        logs.create_event(organization_id=product.organization("py_export"), event=event(product, action))
    made = logs.create_export(
        organization_id=product.organization("py_export"),
        range_start=datetime(2026, 1, 1, tzinfo=timezone.utc),
        range_end=datetime(2026, 2, 1, tzinfo=timezone.utc),
        actions=["py.kept"],
        actor_names=["Ann"],
        targets=["team"],
    )
    while (export := logs.get_export(made.id)).state == "pending":
        time.sleep(0.02)
    assert export.state == "ready"
    rows = httpx2.get(export.url).text.strip().split("\r\n")
    assert len(rows) == 2 and '"py.kept"' in rows[1]


@pytest.mark.call(
    "update_organization_audit_logs_retention", "PUT /organizations/{id}/audit_logs_retention"
)
def test_retention_is_set_in_both_forms(product):
    logs = client(product).audit_logs
    logs.create_event(organization_id=product.organization("py_retention"), event=event(product))
    for retention, days in [(RetentionPeriod("1_YEAR"), 365), (RetentionPeriodInDays(30), 30)]:
        answer = logs.update_organization_audit_logs_retention(product.organization("py_retention"), retention=retention)
        assert answer.retention_period_in_days == days
    with pytest.raises(UnprocessableEntityError):
        logs.update_organization_audit_logs_retention(product.organization("py_retention"), retention=RetentionPeriodInDays(31))


@pytest.mark.call("get_organization_audit_logs_retention", "GET /organizations/{id}/audit_logs_retention")
def test_retention_is_nothing_until_it_is_set(product):
    logs = client(product).audit_logs
    logs.create_event(organization_id=product.organization("py_kept"), event=event(product))
    assert logs.get_organization_audit_logs_retention(product.organization("py_kept")).retention_period_in_days is None
    logs.update_organization_audit_logs_retention(product.organization("py_kept"), retention=RetentionPeriod("11_MONTHS"))
    assert logs.get_organization_audit_logs_retention(product.organization("py_kept")).retention_period_in_days == 330


@pytest.mark.call("get_audit_log_configuration", "GET /organizations/{id}/audit_log_configuration")
def test_the_configuration_tells_the_retention(product):
    workos = client(product)
    workos.audit_logs.create_event(organization_id=product.organization("py_conf"), event=event(product))
    configuration = workos.organizations.get_audit_log_configuration(product.organization("py_conf"))
    assert (configuration.organization_id, configuration.state) == (product.organization("py_conf"), "active")
    with pytest.raises(NotFoundError):
        workos.organizations.get_audit_log_configuration("py_none")


@pytest.fixture
def made(product):
    """An organization that was just made."""
    external_id = f"py/{uuid.uuid4()}"
    return client(product).organizations.create_organization(
        name="Acme", external_id=external_id, metadata={"tier": "gold"}
    )


@pytest.mark.call("create_organization", "POST /organizations")
def test_an_organization_has_what_it_was_made_with_and_its_external_id_for_itself(product, made):
    assert made.id.startswith("org_") and made.created_at == made.updated_at
    assert (made.name, made.metadata, made.domains) == ("Acme", {"tier": "gold"}, [])
    organizations = client(product).organizations
    with pytest.raises(ConflictError):
        organizations.create_organization(name="Other", external_id=made.external_id)
    with pytest.raises(UnprocessableEntityError) as refused:
        organizations.create_organization(name="")
    assert refused.value.errors == [{"code": "required", "field": "name", "message": "is required"}]


@pytest.mark.call("get_organization", "GET /organizations/{id}")
def test_an_organization_is_read_by_its_id(product, made):
    assert client(product).organizations.get_organization(made.id) == made


@pytest.mark.call("get_organization_by_external_id", "GET /organizations/external_id/{external_id}")
def test_an_organization_is_read_by_its_external_id(product, made):
    assert client(product).organizations.get_organization_by_external_id(made.external_id) == made


@pytest.mark.call("list_organizations", "GET /organizations")
def test_organizations_are_listed_to_the_end_those_with_events_alone_too(product, made):
    workos = client(product)
    workos.audit_logs.create_event(organization_id=product.organization("py_mentioned"), event=event(product))
    ids = [one.id for one in workos.organizations.list_organizations(limit=3).auto_paging_iter()]
    assert {made.id, product.organization("py_mentioned")} <= set(ids) and len(ids) == len(set(ids))
    oldest = workos.organizations.list_organizations(limit=100, order="asc").data
    assert [one.id for one in oldest] == ids[::-1]


@pytest.mark.call("update_organization", "PUT /organizations/{id}")
def test_an_organization_changes_where_it_is_told_to(product, made):
    changed = client(product).organizations.update_organization(made.id, name="Acme Ltd")
    assert (changed.name, changed.external_id, changed.metadata) == ("Acme Ltd", made.external_id, {"tier": "gold"})


@pytest.mark.call("delete_organization", "DELETE /organizations/{id}")
def test_a_deleted_organization_is_gone_and_takes_no_more_events(product, made):
    workos = client(product)
    workos.organizations.delete_organization(made.id)
    with pytest.raises(NotFoundError, match=f"Organization not found: '{made.id}'."):
        workos.organizations.get_organization(made.id)
    with pytest.raises(NotFoundError):
        workos.audit_logs.create_event(organization_id=made.id, event=event(product))


@pytest.mark.call("generate_link", "POST /portal/generate_link")
def test_a_portal_link_leads_to_the_log(product):
    workos = client(product)
    workos.audit_logs.create_event(organization_id=product.organization("py_portal"), event=event(product, "py.portal"))
    link = workos.admin_portal.generate_link(organization=product.organization("py_portal"), intent="audit_logs").link
    opened = httpx2.get(link)
    cookie = opened.headers["set-cookie"].split(";")[0]
    there = f"{product.origin}{opened.headers['location']}"
    assert "py.portal" in httpx2.get(there, headers={"cookie": cookie}).text


class Target:
    """The package takes anything that has `to_dict`."""

    def __init__(self, kind):
        self.kind = kind

    def to_dict(self):
        return {"type": self.kind}
