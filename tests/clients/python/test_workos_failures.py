"""What WorkOS's own package raises where a call is refused: the same for every call that can be."""

import pytest
from test_workos import Target, client, event
from workos import WorkOSClient
from workos._errors import AuthenticationError, NotFoundError
from workos.audit_logs._resource import RetentionPeriod

pytestmark = pytest.mark.client("WorkOS", "workos")

ORDER = {"range_start": "2026-01-01T00:00:00Z", "range_end": "2026-02-01T00:00:00Z"}


def call(name, request, ask):
    return pytest.param(ask, id=name, marks=pytest.mark.call(name, request))


#: Calls about something that is not there.
OF_NOTHING = [
    call(
        "create_export",
        "POST /audit_logs/exports",
        lambda workos: workos.audit_logs.create_export(organization_id="py_none", **ORDER),
    ),
    call(
        "get_export", "GET /audit_logs/exports/{id}", lambda workos: workos.audit_logs.get_export("audit_log_export_0")
    ),
    call(
        "list_action_schemas",
        "GET /audit_logs/actions/{action}/schemas",
        lambda workos: workos.audit_logs.list_action_schemas("py.none"),
    ),
    call(
        "get_organization_audit_logs_retention",
        "GET /organizations/{id}/audit_logs_retention",
        lambda workos: workos.audit_logs.get_organization_audit_logs_retention("py_none"),
    ),
    call(
        "update_organization_audit_logs_retention",
        "PUT /organizations/{id}/audit_logs_retention",
        lambda workos: workos.audit_logs.update_organization_audit_logs_retention(
            "py_none", retention=RetentionPeriod("1_YEAR")
        ),
    ),
    call(
        "get_audit_log_configuration",
        "GET /organizations/{id}/audit_log_configuration",
        lambda workos: workos.organizations.get_audit_log_configuration("py_none"),
    ),
    call(
        "get_organization",
        "GET /organizations/{id}",
        lambda workos: workos.organizations.get_organization("py_none"),
    ),
    call(
        "get_organization_by_external_id",
        "GET /organizations/external_id/{external_id}",
        lambda workos: workos.organizations.get_organization_by_external_id("py none/at all"),
    ),
    call(
        "update_organization",
        "PUT /organizations/{id}",
        lambda workos: workos.organizations.update_organization("py_none", name="x"),
    ),
    call(
        "delete_organization",
        "DELETE /organizations/{id}",
        lambda workos: workos.organizations.delete_organization("py_none"),
    ),
    call(
        "generate_link",
        "POST /portal/generate_link",
        lambda workos: workos.admin_portal.generate_link(organization="py_none", intent="audit_logs"),
    ),
]

#: Calls that need no more than a key.
OTHERS = [
    call(
        "create_event",
        "POST /audit_logs/events",
        lambda workos: workos.audit_logs.create_event(organization_id="py_any", event=event()),
    ),
    call(
        "create_schema",
        "POST /audit_logs/actions/{action}/schemas",
        lambda workos: workos.audit_logs.create_schema("py.any", targets=[Target("team")]),
    ),
    call("list_actions", "GET /audit_logs/actions", lambda workos: workos.audit_logs.list_actions()),
    call(
        "create_organization",
        "POST /organizations",
        lambda workos: workos.organizations.create_organization(name="x"),
    ),
    call("list_organizations", "GET /organizations", lambda workos: workos.organizations.list_organizations()),
]


@pytest.mark.parametrize("ask", OF_NOTHING)
def test_what_is_not_there_is_said_to_be(product, ask):
    with pytest.raises(NotFoundError, match="not found: '") as refused:
        ask(client(product))
    assert refused.value.request_id


@pytest.mark.parametrize("ask", OF_NOTHING + OTHERS)
def test_a_wrong_key_is_refused(product, ask):
    stranger = WorkOSClient(api_key="sk_wrong", client_id="client_1", base_url=product.origin)
    with pytest.raises(AuthenticationError, match="Unauthorized"):
        ask(stranger)
