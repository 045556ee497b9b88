// Retraced's own client against a running server.
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import Retraced from '@retracedhq/retraced'
import { callsOf, npm } from './calls.mjs'
import { Product } from './product.mjs'

const call = callsOf('Retraced', npm('@retracedhq/retraced'))
const everything = {
  id: true, action: true, description: true, crud: true, received: true, created: true, canonical_time: true,
  is_failure: true, is_anonymous: true, source_ip: true, component: true, version: true, fields: true,
  external_id: true, metadata: true, display: { markdown: true }, group: { id: true, name: true },
  actor: { id: true, name: true, href: true, fields: true },
  target: { id: true, name: true, href: true, type: true, fields: true },
}
let product

before(async () => (product = await Product.start({ monthly_quota: 1000 })))
after(() => product.stop())

const client = (more = {}) =>
  new Retraced.Client({
    apiKey: product.key.bearer,
    projectId: 'anything',
    endpoint: `${product.origin}/auditlog`,
    component: 'api',
    version: 'v7',
    ...more,
  })

const event = (group, action, more = {}) => ({
  action,
  crud: 'c',
  group: { id: group, name: 'Group' },
  actor: { id: 'jim', name: 'Jim', href: 'https://example.com/jim', fields: { department: 'Sales' } },
  target: { id: 'rec', name: 'Record', type: 'record' },
  ...more,
})

call('reportEvent', 'POST /auditlog/publisher/v1/project/{p}/event', 'the digest is the one the client expects', async () => {
  for (const more of [
    {},
    { source_ip: '2001:db8::1', is_failure: true, created: new Date('2026-01-10T10:00:00Z') },
    { fields: {}, metadata: {}, external_id: 'a:b%c' },
    { fields: { 'ключ=;': 'a:%=;b', '\u{1f600}': 'x', '\ufffd': 'y' }, metadata: { z: '1', a: '' } },
    { target: {}, actor: undefined, is_anonymous: true, group: undefined },
  ]) {
    const id = await client().reportEvent(event('hashed', 'hash.checked', more))
    assert.match(id, /^[0-9a-f]{32}$/)
  }
})

call('reportEvent', 'POST /auditlog/publisher/v1/project/{p}/event', 'what is wrong is a bad request, a wrong key unauthorized', async () => {
  await assert.rejects(client().reportEvent(event('g', 'a.b', { source_ip: 'nowhere' })), /400 Bad Request/)
  await assert.rejects(client({ apiKey: 'ck_1.wrong' }).reportEvent(event('g', 'a.b')), /401 Unauthorized/)
})

call('reportEvents', 'POST /auditlog/publisher/v1/project/{p}/event/bulk', 'receipts come in order, and one fault refuses all', async () => {
  const events = Array.from({ length: 20 }, (_, number) => event('bulk', `bulk.${number}`))
  const ids = await client().reportEvents(events)
  assert.equal(new Set(ids).size, 20)
  const found = await client().query({ actor_id: 'jim', action: 'bulk.*' }, { id: true, action: true }, 50)
  assert.deepEqual(found.currentResults.map((one) => one.id), ids.toReversed())
  await assert.rejects(client().reportEvents([event('bulk', 'bulk.x'), event('bulk', 'bulk.y', { crud: 'z' })]), /400/)
  const after = await client().query({ action: 'bulk.*' }, { id: true }, 50)
  assert.equal(after.totalCount, 20)
})

call('query', 'POST /auditlog/publisher/v1/project/{p}/graphql', 'every field comes back as it was sent', async () => {
  const sent = event('fields', 'fields.sent', {
    crud: 'u',
    description: 'All of them',
    created: new Date('2026-01-10T10:00:00Z'),
    source_ip: '192.0.2.7',
    is_failure: true,
    fields: { quality: 'good' },
    external_id: 'ext',
    metadata: { m: '1' },
  })
  const id = await client().reportEvent(sent)
  const [found] = (await client().query({ action: 'fields.sent' }, everything, 10)).currentResults
  assert.equal(found.id, id)
  assert.equal(found.description, 'All of them')
  assert.deepEqual(found.created, sent.created)
  assert.deepEqual(found.canonical_time, sent.created)
  assert.ok(Math.abs(found.received - Date.now()) < 60_000)
  assert.deepEqual([found.crud, found.is_failure, found.is_anonymous], ['u', true, false])
  assert.deepEqual(found.fields, { quality: 'good' })
  assert.deepEqual(found.metadata, [{ key: 'm', value: '1' }])
  assert.deepEqual(found.actor, { ...sent.actor })
  assert.deepEqual(found.group, { id: 'fields', name: 'Group' })
  assert.deepEqual([found.component, found.version, found.external_id], ['api', 'v7', 'ext'])
  assert.equal(found.display.markdown, '**Jim** performed the action **fields.sent** on the item **Record**.')
})

call('query', 'POST /auditlog/publisher/v1/project/{p}/graphql', 'every question narrows', async () => {
  await client().reportEvents([
    event('ask', 'ask.created', { description: 'two words' }),
    event('ask', 'ask.deleted', { crud: 'd', actor: { id: 'ann', name: 'Ann Lee' } }),
  ])
  const found = async (question) =>
    (await client().query(question, { action: true }, 10)).currentResults.map((one) => one.action).filter((action) => action.startsWith('ask.'))
  assert.deepEqual(await found({ crud: 'd', actor_name: 'Ann Lee' }), ['ask.deleted'])
  assert.deepEqual(await found({ action: 'ask.created' }), ['ask.created'])
  assert.deepEqual(await found({ description: 'two words' }), ['ask.created'])
  assert.deepEqual(await found({ actor_id: 'ann', received_start: new Date(0), received_end: new Date('2100-01-01') }), ['ask.deleted'])
  assert.deepEqual(await found({ action: 'ask.*', created_start: new Date('2100-01-01'), created_end: new Date('2101-01-01') }), [])
})

call('query', 'POST /auditlog/publisher/v1/project/{p}/graphql', 'pages are followed to the end', async () => {
  await client().reportEvents(Array.from({ length: 5 }, (_, number) => event('pages', `pages.${number}`)))
  const connection = await client().query({ action: 'pages.*' }, { action: true }, 2)
  assert.deepEqual([connection.totalCount, connection.totalPages()], [5, 3])
  const seen = connection.currentResults.map((one) => one.action)
  while (connection.hasNextPage()) {
    await connection.nextPage()
    seen.push(...connection.currentResults.map((one) => one.action))
  }
  assert.deepEqual(seen, ['pages.4', 'pages.3', 'pages.2', 'pages.1', 'pages.0'])
})

call('getViewerToken', 'GET /auditlog/publisher/v1/project/{p}/viewertoken', 'it opens a session of its group', async () => {
  const token = await client({ viewLogAction: 'log.seen' }).getViewerToken('viewed', 'ann', true)
  const answer = await fetch(`${product.origin}/auditlog/viewer/v1/viewersession`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  })
  const session = await answer.json()
  assert.deepEqual([answer.status, session.project_id], [200, 'anything'])
  await assert.rejects(client({ apiKey: 'ck_1.wrong' }).getViewerToken('viewed', 'ann'), /401 Unauthorized/)
})
