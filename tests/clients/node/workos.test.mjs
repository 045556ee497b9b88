// WorkOS's own client, in two versions, against a running server.
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { WorkOS as WorkOS11 } from 'workos11'
import { WorkOS as WorkOS8 } from 'workos8'
import { callsOf, npm } from './calls.mjs'
import { CuttingProxy } from './cutting_proxy.mjs'
import { MODES, Product } from './product.mjs'

const products = {}

before(async () => {
  for (const mode of MODES) products[mode] = await Product.start({}, mode)
})
after(() => Promise.all(Object.values(products).map((product) => product.stop())))

const day = (number) => new Date(`2026-01-${String(number).padStart(2, '0')}T10:00:00.000Z`)

const event = (action, more = {}) => ({
  action,
  occurredAt: day(10),
  actor: { type: 'user', id: 'user_1', name: 'Ann', metadata: { role: 'admin' } },
  targets: [{ type: 'team', id: 'team_1', name: 'Core' }],
  context: { location: '203.0.113.7', userAgent: 'Chrome/104' },
  metadata: { plan: 'gold', seats: 3 },
  ...more,
})

/** The events of an organization, as our own API has them. */
async function log(product, organization) {
  const answer = await fetch(`${product.origin}/api/v1/events?client=${organization}`, {
    headers: { authorization: `Bearer ${product.key.bearer}` },
  })
  return (await answer.json()).entries
}

const finished = async (workos, id) => {
  for (;;) {
    const found = await workos.auditLogs.getExport(id)
    if (found.state !== 'pending') return found
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const clients = [
  [WorkOS8, 'workos8', 8],
  [WorkOS11, 'workos11', 11],
]

for (const [WorkOS, name, version, mode] of clients.flatMap((one) => MODES.map((mode) => [...one, mode]))) {
  const call = callsOf('WorkOS', npm(name).replace(name, '@workos-inc/node'), mode)
  const own = (name) => `${name}_${version}`
  const through = (port, key = products[mode].key.bearer) =>
    new WorkOS(key, { apiHostname: '127.0.0.1', port: Number(port), https: false })
  const client = (key) => through(new URL(products[mode].origin).port, key)
  const organization = (name) => products[mode].organization(own(name))

  /** Sends an event of an organization that is there, and of an action that has a schema where it must have one. */
  async function create(name, event, ...more) {
    const { actions } = products[mode]
    if (!actions.has(event.action)) await products[mode].action(event.action)
    return client().auditLogs.createEvent(await organization(name), event, ...more)
  }

  call('createEvent', 'POST /audit_logs/events', 'an event arrives whole', async () => {
    await create('org_whole', event('user.signed_in'))
    const [found] = await log(products[mode], await organization('org_whole'))
    assert.equal(found.action, 'user.signed_in')
    assert.equal(found.time, '2026-01-10T10:00:00.000Z')
    assert.deepEqual(found.actor.metadata, { role: 'admin' })
    assert.equal(found.targets[0].label, 'Core')
    assert.equal(found.context.client.ipAddress, '203.0.113.7')
    assert.deepEqual(found.metadata, { plan: 'gold', seats: 3 })
  })

  call('createEvent', 'POST /audit_logs/events', 'one key is one event', async () => {
    for (const action of ['a.b', 'c.d'])
      await create('org_key', event(action), { idempotencyKey: 'key_1' })
    assert.deepEqual((await log(products[mode], await organization('org_key'))).map((found) => found.action), ['a.b'])
  })

  call('createEvent', 'POST /audit_logs/events', 'a lost answer leaves one event', async () => {
    const proxy = await CuttingProxy.start(products[mode].origin, 2)
    const id = await organization('org_cut')
    await products[mode].action('user.signed_in')
    await through(proxy.port).auditLogs.createEvent(id, event('user.signed_in'))
    proxy.stop()
    assert.equal(proxy.answers, 3)
    assert.equal((await log(products[mode], await organization('org_cut'))).length, 1)
  })

  call('createEvent', 'POST /audit_logs/events', 'faults are named by their codes', async () => {
    const missing = event('')
    await assert.rejects(client().auditLogs.createEvent('org_1', missing), (error) => {
      assert.equal(error.name, 'UnprocessableEntityException')
      assert.match(error.message, /required/)
      return true
    })
  })

  call('createEvent', 'POST /audit_logs/events', 'where it is strict, organization and schema must be there', async () => {
    const { auditLogs } = client()
    if (mode === 'open') {
      await auditLogs.createEvent(own('unheard'), event('un.heard'))
      return
    }
    await assert.rejects(auditLogs.createEvent(own('unheard'), event('un.heard')), {
      name: 'NotFoundException',
      message: `Organization not found: '${own('unheard')}'.`,
    })
    await assert.rejects(auditLogs.createEvent(await organization('heard'), event('un.heard')), {
      name: 'BadRequestException',
      code: 'invalid_audit_log_event',
    })
  })

  call('createSchema', 'POST /audit_logs/actions/{action}/schemas', 'versions count, and events must fit', async () => {
    const schema = (kind) => ({
      action: own('team.renamed'),
      targets: [{ type: 'team', metadata: { size: kind } }],
      actor: { metadata: { role: 'string' } },
      metadata: { reason: 'string' },
    })
    products[mode].actions.add(own('team.renamed'))
    const first = await client().auditLogs.createSchema(schema('number'))
    assert.equal(first.version, 1)
    assert.deepEqual(first.targets, [{ type: 'team', metadata: { size: 'number' } }])
    assert.deepEqual(first.metadata, { reason: 'string' })
    assert.equal((await client().auditLogs.createSchema(schema('number'))).version, 1)
    assert.equal((await client().auditLogs.createSchema(schema('string'))).version, 2)
    const unfit = event(own('team.renamed'), { metadata: { reason: 7 } })
    await assert.rejects(create('org_schema', unfit), (error) => {
      assert.equal(error.name, 'BadRequestException')
      assert.equal(error.code, 'invalid_audit_log_event')
      assert.equal(error.errors[0].instancePath, '/metadata/reason')
      return true
    })
    await create('org_schema', event(own('team.renamed'), { metadata: { reason: 'x' } }))
    assert.equal((await log(products[mode], await organization('org_schema'))).length, 1)
  })

  call('createExport', 'POST /audit_logs/exports', 'one that ends before it begins is refused', async () => {
    await create('org_range', event('a.b'))
    const order = { organizationId: await organization('org_range'), rangeStart: day(30), rangeEnd: day(1) }
    await assert.rejects(client().auditLogs.createExport(order), {
      name: 'BadRequestException',
      code: 'invalid_audit_log_export_range_date',
    })
  })

  call('getExport', 'GET /audit_logs/exports/{id}', 'the file can be had without a key', async () => {
    for (const action of ['x.kept', 'x.left'])
      await create('org_export', event(action))
    const made = await client().auditLogs.createExport({
      organizationId: await organization('org_export'),
      rangeStart: day(1),
      rangeEnd: day(30),
      actions: ['x.kept'],
      actorIds: ['user_1'],
    })
    assert.equal(made.state, 'pending')
    const found = await finished(client(), made.id)
    assert.equal(found.state, 'ready')
    const file = await (await fetch(found.url)).text()
    assert.equal(file.trim().split('\r\n').length, 2)
    assert.match(file, /"x\.kept"/)
  })

  const make = (more = {}) => client().organizations.createOrganization({ name: 'Acme', ...more })

  call('createOrganization', 'POST /organizations', 'it has what it was made with, and its external id for itself', async () => {
    const made = await make({ externalId: own('acme'), domainData: [{ domain: 'acme.test', state: 'verified' }] })
    assert.deepEqual([made.name, made.externalId, made.domains[0].domain], ['Acme', own('acme'), 'acme.test'])
    await assert.rejects(make({ externalId: own('acme') }), { name: 'ConflictException', status: 409 })
    await assert.rejects(make({ name: '' }), { name: 'UnprocessableEntityException', message: /required/ })
  })

  call('getOrganization', 'GET /organizations/{id}', 'it is read by its id', async () => {
    const made = await make()
    assert.deepEqual(await client().organizations.getOrganization(made.id), made)
  })

  const external = 'GET /organizations/external_id/{external_id}'
  call('getOrganizationByExternalId', external, 'it is read by its external id', async () => {
    const made = await make({ externalId: own('found') })
    assert.deepEqual(await client().organizations.getOrganizationByExternalId(own('found')), made)
  })

  call('updateOrganization', 'PUT /organizations/{id}', 'a name changes, and nothing else does', async () => {
    const made = await make({ externalId: own('changed') })
    const changed = await client().organizations.updateOrganization({ organization: made.id, name: 'New' })
    assert.deepEqual([changed.name, changed.externalId], ['New', own('changed')])
  })

  call('deleteOrganization', 'DELETE /organizations/{id}', 'it is gone, and takes no more events', async () => {
    const made = await make()
    await client().organizations.deleteOrganization(made.id)
    const gone = { name: 'NotFoundException', message: `Organization not found: '${made.id}'.` }
    await assert.rejects(client().organizations.getOrganization(made.id), gone)
    await assert.rejects(client().auditLogs.createEvent(made.id, event('a.b')), gone)
  })

  call('listOrganizations', 'GET /organizations', 'the client pages through all of them', async () => {
    for (let number = 0; number < 12; number++)
      await create(`org_list_${number}`, event('a.b'))
    const list = await client().organizations.listOrganizations({ limit: 5, order: 'asc' })
    assert.equal(list.data.length, 5)
    const all = await (await client().organizations.listOrganizations()).autoPagination()
    const ids = all.map((organization) => organization.id)
    assert.equal(new Set(ids).size, ids.length)
    for (let number = 0; number < 12; number++) assert.ok(ids.includes(await organization(`org_list_${number}`)))
  })

  call('generateLink', 'POST /portal/generate_link', 'the link leads to the log', async () => {
    await create('org_portal', event('portal.seen'))
    const portal = client().adminPortal ?? client().portal
    const { link } = await portal.generateLink({ organization: await organization('org_portal'), intent: 'audit_logs' })
    const opened = await fetch(link, { redirect: 'manual' })
    const cookie = opened.headers.get('set-cookie').split(';')[0]
    const page = await fetch(new URL(opened.headers.get('location'), link), { headers: { cookie } })
    assert.match(await page.text(), /portal\.seen/)
  })

  const order = { organizationId: 'none', rangeStart: day(1), rangeEnd: day(30) }
  const portalOf = (workos) => workos.adminPortal ?? workos.portal
  const OF_NOTHING = [
    ['createExport', 'POST /audit_logs/exports', (workos) => workos.auditLogs.createExport(order)],
    ['getExport', 'GET /audit_logs/exports/{id}', (workos) => workos.auditLogs.getExport('audit_log_export_0')],
    ['getOrganization', 'GET /organizations/{id}', (workos) => workos.organizations.getOrganization('none')],
    ['getOrganizationByExternalId', external, (workos) => workos.organizations.getOrganizationByExternalId('none')],
    ['updateOrganization', 'PUT /organizations/{id}', (workos) => workos.organizations.updateOrganization({ organization: 'none', name: 'x' })],
    ['deleteOrganization', 'DELETE /organizations/{id}', (workos) => workos.organizations.deleteOrganization('none')],
    ['generateLink', 'POST /portal/generate_link', (workos) => portalOf(workos).generateLink({ organization: 'none', intent: 'audit_logs' })],
  ]
  const OTHERS = [
    ['createEvent', 'POST /audit_logs/events', (workos) => workos.auditLogs.createEvent('org_1', event('a.b'))],
    ['createSchema', 'POST /audit_logs/actions/{action}/schemas', (workos) => workos.auditLogs.createSchema({ action: 'a', targets: [{ type: 't' }] })],
    ['createOrganization', 'POST /organizations', (workos) => workos.organizations.createOrganization({ name: 'x' })],
    ['listOrganizations', 'GET /organizations', (workos) => workos.organizations.listOrganizations()],
  ]
  if (version >= 11) {
    const retention = '/organizations/{id}/audit_logs_retention'
    const set = { id: 'none', retentionPeriod: '1_YEAR' }
    OF_NOTHING.push(
      ['listSchemas', 'GET /audit_logs/actions/{action}/schemas', (workos) => workos.auditLogs.listSchemas('none')],
      ['getOrganizationAuditLogsRetention', `GET ${retention}`, (workos) => workos.auditLogs.getOrganizationAuditLogsRetention({ id: 'none' })],
      ['updateOrganizationAuditLogsRetention', `PUT ${retention}`, (workos) => workos.auditLogs.updateOrganizationAuditLogsRetention(set)],
    )
  }
  for (const [name, request, ask] of OF_NOTHING) {
    call(name, request, 'what is not there is said to be', async () => {
      await assert.rejects(ask(client()), { name: 'NotFoundException', status: 404, message: /not found: '/ })
    })
  }
  for (const [name, request, ask] of [...OF_NOTHING, ...OTHERS]) {
    call(name, request, 'a wrong key is refused', async () => {
      await assert.rejects(ask(client('sk_wrong')), { name: 'UnauthorizedException', status: 401 })
    })
  }

  if (version < 11) continue

  call('listSchemas', 'GET /audit_logs/actions/{action}/schemas', 'every version, the latest first', async () => {
    for (const type of ['a', 'b', 'c'])
      await client().auditLogs.createSchema({ action: 'list/ed', targets: [{ type }] })
    const list = await client().auditLogs.listSchemas('list/ed', { limit: 2 })
    assert.deepEqual(list.data.map((schema) => schema.version), [3, 2])
    // Without a limit the client goes on by itself.
    const all = await (await client().auditLogs.listSchemas('list/ed')).autoPagination()
    assert.deepEqual(all.map((schema) => schema.version).sort(), [1, 2, 3])
  })

  call('updateOrganizationAuditLogsRetention', 'PUT /organizations/{id}/audit_logs_retention', 'it is told again', async () => {
    await create('org_retention', event('a.b'))
    const id = await organization('org_retention')
    const { auditLogs } = client()
    const set = await auditLogs.updateOrganizationAuditLogsRetention({ id, retentionPeriod: '2_YEARS' })
    assert.equal(set.retentionPeriodInDays, 730)
    await assert.rejects(auditLogs.updateOrganizationAuditLogsRetention({ id, retentionPeriod: '13_MONTHS' }), {
      name: 'UnprocessableEntityException',
    })
  })

  call('getOrganizationAuditLogsRetention', 'GET /organizations/{id}/audit_logs_retention', 'it is nothing until it is set', async () => {
    await create('org_kept', event('a.b'))
    const id = await organization('org_kept')
    const { auditLogs } = client()
    assert.equal((await auditLogs.getOrganizationAuditLogsRetention({ id })).retentionPeriodInDays, null)
    const set = await auditLogs.updateOrganizationAuditLogsRetention({ id, retentionPeriod: '11_MONTHS' })
    assert.equal(set.retentionPeriodInDays, 330)
    assert.deepEqual(await auditLogs.getOrganizationAuditLogsRetention({ id }), set)
  })
}
