// AuditLog.co's API has no package: its documentation's curl call, and the requests of its API reference and drop-in.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { after, before } from 'node:test'
import { callsOf } from './calls.mjs'
import { Product } from './product.mjs'

const curl = callsOf('AuditLog.co', 'curl')
const call = callsOf('AuditLog.co', 'fetch, as its reference')
const dropin = callsOf('AuditLog.co', 'fetch, as its drop-in')
let product, key, view

before(async () => {
  product = await Product.start()
  key = `${product.key.id}:${product.key.secret}`
  view = JSON.parse(product.daybook('view', 'show', '--json'))
})
after(() => product.stop())

const event = {
  uuid: 'sample-event-001',
  client: { uuid: '1234567890', name: 'Great Client' },
  time: '2018-06-30T16:35:52',
  action: 'user.invite',
  description: 'Invited new user, QA role',
  url: '',
  actor: { uuid: 'bd275099', name: 'Roberta Wharton', email: 'rwharton@great-client.test' },
  context: {
    client: { ipAddress: '', browserAgent: 'Mozilla/5.0 (Windows NT 6.1; WOW64)' },
    server: { serverId: 'prod-01-us-appfarm', version: '20180325-01' },
  },
  target: { type: 'user', uuid: '95c102ae', label: 'Salman Randall', url: '' },
}

async function ask(method, path, { body, headers = { 'x-api-key': key }, at = product } = {}) {
  const all = { 'content-type': 'application/json', ...headers }
  const answer = await fetch(at.origin + path, { method, headers: all, body: body && JSON.stringify(body) })
  return [answer.status, answer.status === 204 ? null : await answer.json()]
}

curl('send', 'POST /api/v1/events', 'the documented call is answered with receipts under both names', () => {
  const data = JSON.stringify([event])
  const words = ['-s', '-X', 'POST', '-H', `x-api-key: ${key}`, '-H', 'content-type: application/json', '-d', data]
  const answer = JSON.parse(execFileSync('curl', [...words, `${product.origin}/api/v1/events`], { encoding: 'utf8' }))
  assert.equal(answer.ReceivedEvents[0].uuid, event.uuid)
  assert.deepEqual(answer.receivedEvents, answer.ReceivedEvents)
})

call('send', 'POST /api/v1/events', 'bad input, no key, a wrong key and a used up quota are told apart', async () => {
  const [status, wrong] = await ask('POST', '/api/v1/events', { body: [{ ...event, action: '' }] })
  assert.deepEqual([status, wrong.statusCode, wrong.message], [400, 400, 'Bad Request'])
  assert.deepEqual(wrong.details, { '[0].action': ['is required'] })
  for (const [headers, expected] of [[{}, 401], [{ 'x-api-key': 'x:y' }, 403]]) {
    const [status, body] = await ask('POST', '/api/v1/events', { body: [event], headers })
    assert.deepEqual([status, body.statusCode], [expected, expected])
  }
  const small = await Product.start({ monthly_quota: 1 })
  const headers = { 'x-api-key': `${small.key.id}:${small.key.secret}` }
  const sent = { headers, at: small, body: [event, { ...event, uuid: 'another' }] }
  const [full] = await ask('POST', '/api/v1/events', sent)
  await small.stop()
  assert.equal(full, 402)
})

call('search', 'GET /api/v1/events', 'a client’s events of a range are found', async () => {
  await ask('POST', '/api/v1/events', { body: [{ ...event, client: { uuid: 'searched' } }] })
  const [status, page] = await ask('GET', '/api/v1/events?clientID=searched&fromDate=2018-06-30&throughDate=2018-06-30')
  assert.equal(status, 200)
  assert.deepEqual([page._id.type, page.entries.length], ['events', 1])
  const [{ time, url, actor }] = page.entries
  assert.deepEqual([time, url, actor.name], ['2018-06-30T16:35:52.000Z', null, 'Roberta Wharton'])
  const [, none] = await ask('GET', '/api/v1/events?clientID=searched&fromDate=2018-07-01')
  assert.deepEqual(none.entries, [])
})

call('read', 'GET /api/v1/events/{id}', 'one event is read by its id, and a missing one is 404', async () => {
  const [, { receivedEvents }] = await ask('POST', '/api/v1/events', { body: [event] })
  const [, found] = await ask('GET', `/api/v1/events/${receivedEvents[0].id}`)
  assert.deepEqual(found.original, event)
  assert.equal((await ask('GET', '/api/v1/events/none'))[0], 404)
})

const somebody = (uuid) => ({ ...event, uuid, client: { uuid: 'people' }, actor: { ...event.actor, uuid } })

call('actor', 'GET /api/v1/actors/{uuid}', 'an actor is known by their events', async () => {
  await ask('POST', '/api/v1/events', { body: [somebody('actor-1')] })
  const [, { actors }] = await ask('GET', '/api/v1/actors/actor-1')
  assert.deepEqual(actors, [{ ...somebody('actor-1').actor, isForgotten: false }])
  assert.equal((await ask('GET', '/api/v1/actors/nobody'))[0], 404)
})

call('update actor', 'POST /api/v1/actors/{uuid}', 'a corrected name is everywhere', async () => {
  await ask('POST', '/api/v1/events', { body: [somebody('actor-2')] })
  await ask('POST', '/api/v1/actors/actor-2', { body: { name: 'Bobbie', email: 'b@x.test' } })
  const [, { entries }] = await ask('GET', '/api/v1/events?actor=actor-2')
  assert.deepEqual([entries[0].actor.name, entries[0].actor.email], ['Bobbie', 'b@x.test'])
})

call('forget actor', 'POST /api/v1/actors/{uuid}/forget', 'a forgotten person stays so', async () => {
  await ask('POST', '/api/v1/events', { body: [somebody('actor-3')] })
  const [status, { actors }] = await ask('POST', '/api/v1/actors/actor-3/forget')
  assert.equal(status, 200)
  assert.deepEqual(actors, [{ uuid: 'actor-3', name: '[forgotten]', email: '[forgotten]', isForgotten: true }])
  const [, { entries }] = await ask('GET', '/api/v1/events?actor=actor-3')
  assert.equal(entries[0].actor.name, '[forgotten]')
  assert.equal((await ask('POST', '/api/v1/actors/actor-3', { body: { name: 'x' } }))[0], 204)
})

const withKey = () => ({ headers: { 'x-view-key': `${view.id}:${view.access_key}` } })

dropin('view', 'GET /api/v1/views/configuration/{view}', 'its columns are told by their fields', async () => {
  const [status, found] = await ask('GET', `/api/v1/views/configuration/${view.id}`, withKey())
  assert.deepEqual([status, found.id, found.accessKey], [200, view.id, view.access_key])
  assert.ok(found.columns.some(({ lines }) => lines.some(({ field }) => field === 'action')))
  const wrong = { headers: { 'x-view-key': `${view.id}:wrong` } }
  assert.equal((await ask('GET', `/api/v1/views/configuration/${view.id}`, wrong))[0], 403)
})

dropin('page', 'GET /api/v1/views/{view}/{client}', 'a client’s log is read month by month', async () => {
  const months = ['2018-06-30', '2018-03-01'].map((time) => ({ ...event, uuid: time, time, client: { uuid: 'months' } }))
  await ask('POST', '/api/v1/events', { body: months })
  const [, june] = await ask('GET', `/api/v1/views/${view.id}/months`, withKey())
  const { href } = june._links.previous
  const [, march] = await ask('GET', href, withKey())
  assert.deepEqual([june, march].map(({ entries }) => entries.map(({ uuid }) => uuid)), [['2018-06-30'], ['2018-03-01']])
})

dropin('loader', 'GET /dropin/dropin.js', 'the script of its snippet is there', async () => {
  const script = await (await fetch(`${product.origin}/dropin/dropin.js`)).text()
  assert.match(script, /auditLog/)
})
