// The calls that the README of AuditLedge's JavaScript client makes. Its package is not published, so they are made
// by `fetch`.
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { callsOf } from './calls.mjs'
import { Product } from './product.mjs'

const call = callsOf('AuditLedge', 'fetch, as its JavaScript README')
let product

before(async () => (product = await Product.start()))
after(() => product.stop())

/** As the README's client sends: an object as JSON, and the key in the header. */
async function ask(method, path, body, key = product.key.bearer, at = product) {
  const headers = { 'Content-Type': 'application/json', ...(key && { Authorization: `Bearer ${key}` }) }
  const answer = await fetch(`${at.origin}/v1${path}`, { method, headers, body: body && JSON.stringify(body) })
  const isTable = answer.headers.get('content-type').includes('text/csv')
  return [answer.status, isTable ? await answer.text() : await answer.json()]
}

const event = (more) => ({ actor: { id: 'user_1', name: 'Zoë' }, action: 'user.login', ...more })

call('log', 'POST /v1/events', 'an event without a resource has its id beside it', async () => {
  const [status, answer] = await ask('POST', '/events', event({ metadata: { ip: '203.0.113.7' } }))
  assert.equal(status, 201)
  assert.equal(answer.success, true)
  assert.equal(answer.id, answer.event.id)
  assert.deepEqual([answer.event.resource_type, answer.event.metadata], [null, { ip: '203.0.113.7' }])
})

call('log', 'POST /v1/events', 'what is missing is named', async () => {
  assert.deepEqual(await ask('POST', '/events', { action: 'x' }), [400, { error: 'Missing required fields: actor' }])
})

call('log', 'POST /v1/events', 'a used up quota is told in the documented words', async () => {
  const small = await Product.start({ monthly_quota: 1 })
  const answers = []
  for (let time = 0; time < 2; time++) answers.push(await ask('POST', '/events', event(), small.key.bearer, small))
  await small.stop()
  assert.equal(answers[0][0], 201)
  assert.deepEqual(answers[1], [429, { error: 'Monthly event limit reached' }])
})

call('query', 'GET /v1/events', 'a range is named by from and to', async () => {
  for (const day of ['2026-03-01', '2026-03-02', '2026-03-03']) {
    await ask('POST', '/events', event({ organization_id: 'ranges', timestamp: `${day}T12:00:00Z` }))
  }
  const [status, found] = await ask('GET', '/events?organization_id=ranges&from=2026-03-02&to=2026-03-03&limit=50')
  assert.equal(status, 200)
  assert.deepEqual([found.total, found.limit, found.events.length], [2, 50, 2])
  assert.equal(found.events[0].timestamp, '2026-03-03T12:00:00.000Z')
})

call('get', 'GET /v1/events/{id}', 'an event is not wrapped, and a missing one is 404', async () => {
  const [, { event: logged }] = await ask('POST', '/events', event())
  assert.deepEqual(await ask('GET', `/events/${logged.id}`), [200, logged])
  assert.deepEqual(await ask('GET', '/events/none'), [404, { error: 'Event not found' }])
})

call('export', 'GET /v1/events/export', 'a table and an array hold the same events', async () => {
  await ask('POST', '/events', event({ organization_id: 'exports' }))
  const [, [exported]] = await ask('GET', '/events/export?organization_id=exports')
  const [status, table] = await ask('GET', '/events/export?organization_id=exports&format=csv')
  assert.equal(status, 200)
  assert.match(table, new RegExp(`^"id","timestamp",.*\r\n"${exported.id}",`))
})

call('usage', 'GET /v1/usage', 'the month is counted', async () => {
  const [status, usage] = await ask('GET', '/usage')
  assert.equal(status, 200)
  assert.deepEqual(Object.keys(usage), ['plan', 'events_this_month', 'events_limit', 'retention_days'])
})

for (const [name, method, path] of [
  ['log', 'POST', '/events'],
  ['query', 'GET', '/events'],
  ['get', 'GET', '/events/{id}'],
  ['export', 'GET', '/events/export'],
  ['usage', 'GET', '/usage'],
]) {
  call(name, `${method} /v1${path}`, 'no key and a wrong one are told apart', async () => {
    const body = method === 'POST' ? event() : undefined
    const missing = { error: 'Missing or invalid authorization header' }
    assert.deepEqual(await ask(method, path.replace('{id}', 'x'), body, ''), [401, missing])
    assert.deepEqual(await ask(method, path.replace('{id}', 'x'), body, 'al_x'), [401, { error: 'Invalid API key' }])
  })
}
