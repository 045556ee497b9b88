"""AuditLedge's own package against a running server."""

import pytest
from auditledge import AuditLedge, AuditLedgeError

pytestmark = pytest.mark.client("AuditLedge", "auditledge")


@pytest.mark.call("log", "POST /v1/events")
def test_an_event_without_an_actor_is_refused_before_it_is_sent(product):
    client = AuditLedge(product.key["bearer"], base_url=f"{product.origin}/v1")
    with pytest.raises(AuditLedgeError, match="event.actor is required"):
        client.log({"action": "invoice.deleted"})
