"""AuditLedge's own package against a running server."""

import csv
import io
import uuid

import pytest
from auditledge import AuditLedge, AuditLedgeError

pytestmark = pytest.mark.client("AuditLedge", "auditledge")

log = pytest.mark.call("log", "POST /v1/events")
query = pytest.mark.call("query", "GET /v1/events")
get = pytest.mark.call("get", "GET /v1/events/{id}")
export = pytest.mark.call("export", "GET /v1/events/export")
usage = pytest.mark.call("usage", "GET /v1/usage")


def client_of(product, key=None):
    return AuditLedge(key or product.key["bearer"], base_url=f"{product.origin}/v1")


@pytest.fixture
def client(product):
    return client_of(product)


def event(organization, **more):
    return {
        "actor": {"id": "user_123", "name": "Alice", "email": "alice@example.com"},
        "action": "invoice.deleted",
        "resource": {"type": "invoice", "id": "inv_456", "name": "Invoice #456"},
        "organization_id": organization,
    } | more


@pytest.fixture
def organization(client):
    """An organization with three events: by Alice twice, then by Bob."""
    name = f"org_{uuid.uuid4().hex}"
    client.log(event(name, timestamp="2026-05-13T10:23:00.000Z", metadata={"amount": 12.5, "lines": [{"x": None}]}))
    client.log(event(name, timestamp="2026-05-14T10:23:00Z", action="user.invited"))
    bob = {"id": "user_9", "name": "Bob Ångström"}
    client.log(event(name, timestamp="2026-05-15", actor=bob, resource={"type": "card", "id": "c"}))
    return name


def actions(found):
    return [(event["actor_id"], event["action"]) for event in found["events"]]


@log
def test_a_logged_event_comes_back_flat(client):
    metadata = {"amount": 12.5, "lines": [{"x": None}]}
    answer = client.log(event("org_789", timestamp="2026-05-13T10:23:00.000Z", metadata=metadata))
    stored = answer["event"]
    assert answer["success"] is True and answer["id"] == stored["id"] == str(uuid.UUID(stored["id"]))
    del stored["id"]
    assert stored.pop("api_key_id").startswith("ck_")
    assert stored == {
        "timestamp": "2026-05-13T10:23:00.000Z",
        "actor_id": "user_123",
        "actor_name": "Alice",
        "actor_email": "alice@example.com",
        "action": "invoice.deleted",
        "resource_type": "invoice",
        "resource_id": "inv_456",
        "resource_name": "Invoice #456",
        "metadata": metadata,
        "organization_id": "org_789",
    }


@log
def test_an_event_without_an_actor_is_refused_before_it_is_sent(client):
    with pytest.raises(AuditLedgeError, match="event.actor is required"):
        client.log({"action": "invoice.deleted"})


@log
def test_what_the_package_lets_through_is_refused_by_the_server(client):
    with pytest.raises(AuditLedgeError, match="Missing required fields: action"):
        client.log(event("o", action=""))
    with pytest.raises(AuditLedgeError, match="timestamp expected an ISO 8601 date"):
        client.log(event("o", timestamp="yesterday"))


@log
def test_a_used_up_quota_says_so(own_product):
    product = own_product(monthly_quota=1)
    client = client_of(product)
    client.log(event("o"))
    with pytest.raises(AuditLedgeError, match="^Monthly event limit reached$"):
        client.log(event("o"))
    assert client.usage() == {
        "plan": "self-hosted",
        "events_this_month": 1,
        "events_limit": 1,
        "retention_days": None,
    }


@pytest.mark.parametrize(
    "filters, found",
    [
        ({}, 3),
        ({"actor_id": "user_123"}, 2),
        ({"actor_name": "ali"}, 2),
        ({"actor_name": "angstrom"}, 1),
        ({"action": "INVOICE"}, 2),
        ({"resource_type": "card"}, 1),
        ({"search": "card"}, 1),
        ({"search": "bob"}, 1),
        ({"search": "user.inv"}, 1),
        ({"start_date": "2026-05-14"}, 2),
        ({"end_date": "2026-05-14"}, 2),
        ({"start_date": "2026-05-14", "end_date": "2026-05-14"}, 1),
        ({"actor_id": None, "search": None}, 3),
    ],
)
@query
def test_each_filter_narrows_what_is_found(client, organization, filters, found):
    answer = client.query({"organization_id": organization} | filters)
    assert (len(answer["events"]), answer["total"], answer["limit"], answer["offset"]) == (found, found, 20, 0)


@query
def test_pages_follow_by_offset_newest_first(client, organization):
    whole = client.query({"organization_id": organization})
    assert actions(whole) == [
        ("user_9", "invoice.deleted"),
        ("user_123", "user.invited"),
        ("user_123", "invoice.deleted"),
    ]
    pages = [client.query({"organization_id": organization, "limit": 2, "offset": at}) for at in (0, 2, 4)]
    assert [page["total"] for page in pages] == [3, 3, 3]
    assert [event for page in pages for event in page["events"]] == whole["events"]


@query
def test_a_wrong_filter_is_named(client):
    with pytest.raises(AuditLedgeError, match="start_date expected an ISO 8601 date"):
        client.query({"start_date": "soon"})


@get
def test_one_event_is_read_by_its_id(client, organization):
    for event in client.query({"organization_id": organization})["events"]:
        assert client.get(event["id"]) == event


@get
def test_an_event_that_is_not_there_says_so(client):
    for id in ("nothing", str(uuid.uuid4())):
        with pytest.raises(AuditLedgeError, match="^Event not found$"):
            client.get(id)


@export
def test_json_is_an_array_of_all_events(client, organization):
    whole = client.query({"organization_id": organization})["events"]
    assert client.export({"organization_id": organization}) == whole
    assert client.export({"organization_id": organization, "format": "json", "actor_name": "bob"}) == whole[:1]


@export
def test_csv_is_a_table_with_the_documented_columns(client, organization):
    text = client.export({"organization_id": organization, "format": "csv", "end_date": "2026-05-13"})
    [row] = csv.DictReader(io.StringIO(text))
    id = row.pop("id")
    assert list(row.items()) == [
        ("timestamp", "2026-05-13T10:23:00.000Z"),
        ("actor_id", "user_123"),
        ("actor_name", "Alice"),
        ("action", "invoice.deleted"),
        ("resource_type", "invoice"),
        ("resource_id", "inv_456"),
        ("resource_name", "Invoice #456"),
        ("organization_id", organization),
    ]
    assert client.get(id)["actor_email"] == "alice@example.com"


@usage
def test_usage_counts_what_was_logged(client):
    before = client.usage()
    client.log(event("o"))
    after = client.usage()
    assert after == before | {"events_this_month": before["events_this_month"] + 1}
    assert (after["plan"], after["events_limit"], after["retention_days"]) == ("self-hosted", None, None)


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda client: client.log(event("o")), marks=log),
        pytest.param(lambda client: client.query(), marks=query),
        pytest.param(lambda client: client.get("x"), marks=get),
        pytest.param(lambda client: client.export(), marks=export),
        pytest.param(lambda client: client.usage(), marks=usage),
    ],
)
def test_a_wrong_key_is_refused(product, ask):
    for key in ("al_0123456789", product.key["bearer"] + "x"):
        with pytest.raises(AuditLedgeError, match="^Invalid API key$"):
            ask(client_of(product, key))
