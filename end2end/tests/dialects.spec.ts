// An event that was sent to another vendor's API is seen by the customer like any other, with all that it says.
import { randomUUID } from 'node:crypto'
import { expect, test } from '../fixtures'
import { call, page as hostPage, withKey } from '../hosts/snippets'
import { expectNoViolations } from '../pages/axe'
import { Viewer } from '../pages/viewer'
import { SERVER, shared } from '../product'

/** What stands in the drawer, by its section and its name there. */
type Facts = [section: string, name: string, value: string | RegExp][]

interface Dialect {
  name: string
  path: string
  headers: (key: string) => Record<string, string>
  /** As the vendor's own client sends it for a customer. */
  body: (client: string) => unknown
  action: string
  facts: Facts
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` })
const SECRET = 'Zq19SecretValue'
const HAPPENED = /14 Jan 2026.*11:30/

const DIALECTS: Dialect[] = [
  {
    name: 'AuditLedge',
    path: '/v1/events',
    headers: bearer,
    body: (client) => ({
      organization_id: client,
      actor: { id: 'user_123', name: 'Alice Hart', email: 'alice@example.com' },
      action: 'invoice.deleted',
      resource: { type: 'invoice', id: 'inv_456', name: 'Invoice #456' },
      metadata: { reason: 'duplicate', lines: [{ sku: 'A-1', price: 12.5 }], api_key: SECRET },
      timestamp: '2026-01-14T10:30:00.000Z',
    }),
    action: 'invoice.deleted',
    facts: [
      ['Who', 'Name', 'Alice Hart'],
      ['Who', 'E-mail', 'alice@example.com'],
      ['On', 'Name', 'Invoice #456'],
      ['On', 'Type', 'invoice'],
      ['Metadata', 'reason', 'duplicate'],
      ['Metadata', 'api_key', '[masked]'],
      ['Record', 'Sent to', 'AuditLedge’s API'],
      ['Record', 'Masked', 'metadata.api_key'],
    ],
  },
  {
    name: 'WorkOS',
    path: '/audit_logs/events',
    headers: (key) => ({ ...bearer(key), 'idempotency-key': `workos-node-${randomUUID()}` }),
    body: (client) => ({
      organization_id: client,
      event: {
        action: 'user.signed_in',
        occurred_at: '2026-01-14T10:30:00.000Z',
        actor: { type: 'user', id: 'user_01GBNJC3', name: 'Jon Smith', metadata: { role: 'admin' } },
        targets: [
          { type: 'user', id: 'user_98432YHF', name: 'Jon Smith' },
          { type: 'team', id: 'team_J8YASKA2', name: 'Core', metadata: { owner: 'user_01GBTCQ2' } },
        ],
        context: { location: 'Leith, Scotland', user_agent: 'Chrome/104.0.0.0' },
        metadata: { method: 'sso', password: SECRET },
        version: 1,
      },
    }),
    action: 'user.signed_in',
    facts: [
      ['Who', 'Name', 'Jon Smith'],
      ['Who', 'role', 'admin'],
      ['On', 'Type', 'user'],
      ['Also on (2)', 'Name', 'Core'],
      ['Also on (2)', 'owner', 'user_01GBTCQ2'],
      ['Where', 'Location', 'Leith, Scotland'],
      ['Where', 'Browser', 'Chrome/104.0.0.0'],
      ['Metadata', 'password', '[masked]'],
      ['Record', 'Sent to', 'WorkOS’s API'],
      ['Record', 'Masked', 'event.metadata.password'],
    ],
  },
  {
    name: 'AuditLog.co',
    path: '/api/v1/events',
    headers: (key) => ({ 'x-api-key': key.replace('.', ':') }),
    body: (client) => [
      {
        uuid: 'sample-event-001',
        client: { uuid: client, name: 'Great Client' },
        time: '2026-01-14T10:30:00',
        action: 'user.invite',
        description: 'Invited new user, QA role',
        url: '',
        actor: { uuid: 'bd275099', name: 'Roberta Wharton', email: 'rwharton@great-client.test' },
        context: {
          client: { ipAddress: '203.0.113.7', browserAgent: 'Mozilla/5.0 (Windows NT 6.1; WOW64)', session_token: SECRET },
          server: { serverId: 'prod-01-us-appfarm', version: '20180325-01' },
        },
        target: { type: 'user', uuid: '95c102ae', label: 'Salman Randall', url: 'https://great-client.test/users/95c102ae' },
      },
    ],
    action: 'user.invite',
    facts: [
      ['Who', 'Name', 'Roberta Wharton'],
      ['On', 'Name', 'Salman Randall'],
      ['On', 'Link', /great-client\.test/],
      ['Where', 'IP address', '203.0.113.7'],
      ['Where', 'Server', 'prod-01-us-appfarm'],
      ['Record', 'Sender’s ID', 'sample-event-001'],
      ['Record', 'Masked', 'context.client.session_token'],
    ],
  },
  {
    name: 'epilot',
    path: '/v1/logs/ingest',
    headers: bearer,
    body: (client) => [
      {
        id: randomUUID(),
        org_id: client,
        service_name: 'workflows',
        event_name: 'deleteWorkflow',
        status_code: 403,
        timestamp: '2026-01-14T10:30:00Z',
        caller: { user_email: 'max.mustermann@mail.com', user_id: '123456', trigger_type: 'user' },
        http: {
          method: 'DELETE',
          ip: '203.0.113.9',
          headers: { Authorization: `Bearer ${SECRET}`, 'User-Agent': 'Firefox/151' },
          query: { limit: 50 },
          pathParams: { id: '123456' },
          path: '/v1/workflows/123456',
          domainName: 'workflows.sls.epilot.io',
        },
        detail: '{"workflow_id": "123456", "steps": [{"name": "Review", "done": true}]}',
        activity: 'Workflow with ID 123456 was not deleted',
        source_url: 'https://portal.epilot.cloud/workflows/123456',
      },
    ],
    action: 'deleteWorkflow',
    facts: [
      ['Who', 'E-mail', 'max.mustermann@mail.com'],
      ['Who', 'ID', '123456'],
      ['What', 'Detail', /workflow_id\s*"123456"/],
      ['Where', 'Service', 'workflows'],
      ['Where', 'Request', 'DELETE /v1/workflows/123456'],
      ['Where', 'Host', 'workflows.sls.epilot.io'],
      ['Record', 'Sent to', 'epilot’s API'],
      ['Record', 'Masked', 'http.headers.Authorization'],
    ],
  },
  {
    name: 'Retraced',
    path: '/auditlog/publisher/v1/project/theirs/event',
    headers: (key) => ({ authorization: `token=${key}` }),
    body: (client) => ({
      action: 'some.record.created',
      crud: 'c',
      created: '2026-01-14T10:30:00.000Z',
      group: { id: client, name: 'Customer XYZ' },
      actor: { id: 'jim@example.com', name: 'Jim', href: 'https://example.com/jim', fields: { department: 'Sales' } },
      target: { id: 'rec-1', name: 'Record 1', type: 'record', fields: { access_token: SECRET } },
      source_ip: '192.0.2.7',
      description: 'Jim created a record',
      component: 'web-ui',
      version: 'v1.2',
      fields: { quality: 'excellent' },
      external_id: 'ext-1',
    }),
    action: 'some.record.created',
    facts: [
      ['Who', 'Name', 'Jim'],
      ['Who', 'department', 'Sales'],
      ['On', 'Name', 'Record 1'],
      ['On', 'access_token', '[masked]'],
      ['Where', 'IP address', '192.0.2.7'],
      ['Fields', 'quality', 'excellent'],
      ['Record', 'External ID', 'ext-1'],
      ['Record', 'Sent to', 'Retraced’s API'],
      ['Record', 'Masked', 'target.fields.access_token'],
    ],
  },
]

// Colours on their way to others have no contrast to speak of.
test.use({ reducedMotion: 'reduce' })

for (const { name, path, headers, body, action, facts } of DIALECTS) {
  test(`an event that was sent as ${name}’s API takes it is seen whole`, async ({ page, host, view }) => {
    const client = `${name.toLowerCase()}-${randomUUID()}`
    const sent = await fetch(SERVER + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers(shared.createKey(name).bearer) },
      body: JSON.stringify(body(client)),
    })
    expect([200, 201], await sent.text()).toContain(sent.status)

    const viewer = new Viewer(page)
    for (const scheme of ['dark', 'light'] as const) {
      await page.goto(host.serve(`/${scheme}`, hostPage(call(`${withKey(view, client)}, theme: {scheme: '${scheme}'}`))))
      await expect(viewer.rows).toHaveCount(1)
      await viewer.alive()
      await viewer.open(viewer.row(action))
      await expectNoViolations(page, scheme)
    }
    await expect(viewer.fact('When', 'Happened')).toHaveText(HAPPENED)
    for (const [section, named, value] of facts) {
      await expect(viewer.fact(section, named), `${section}: ${named}`).toHaveText(value)
    }
    await expect(viewer.drawer).not.toContainText(SECRET)
  })
}
