// epilot's own SDK against a running server. It only reads; events come in by `POST /v1/logs/ingest`.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, beforeEach } from 'node:test'
import { epilot } from '@epilot/sdk'
import { authorize, getClient } from '@epilot/sdk/audit-logs'
import { callsOf, npm } from './calls.mjs'
import { Product } from './product.mjs'

const call = callsOf('epilot', npm('@epilot/sdk'))
const getLogs = (sentence, run) => call('getLogs', 'POST /v1/logs', sentence, run)
const getLogById = (sentence, run) => call('getLogById', 'GET /v1/logs/{logId}', sentence, run)

let product, organization, logs, client, token

before(async () => {
  product = await Product.start()
  token = product.key.bearer
  client = getClient()
  client.defaults.baseURL = product.origin
  authorize(client, () => token)
})
after(() => product.stop())

/** Every test has an organization of its own, with three events. */
beforeEach(async () => {
  organization = randomUUID()
  client.defaults.headers.common['x-epilot-org-id'] = organization
  logs = [
    log('2026-01-01T10:00:00Z', { event_name: 'deleteWorkflow', service_name: 'workflows' }, 'DELETE'),
    log('2026-01-02T10:00:00Z', { status_code: 403, caller: { user_id: '8', trigger_type: 'api' } }),
    log('2026-01-03T10:00:00Z', { own: { unknown: [1.5, null] }, detail: '{"workflow_id": "123456"}' }),
  ]
  const headers = { authorization: `Bearer ${product.key.bearer}`, 'content-type': 'application/json' }
  const body = JSON.stringify(logs)
  const answer = await fetch(`${product.origin}/v1/logs/ingest`, { method: 'POST', headers, body })
  assert.equal(answer.status, 201)
  assert.deepEqual(await answer.json(), { logs: logs.map(({ id }) => ({ id })) })
})

const log = (timestamp, more, method = 'GET') => ({
  id: randomUUID(),
  org_id: organization,
  service_name: 'users',
  event_name: 'getUser',
  status_code: 200,
  timestamp,
  caller: { user_email: 'max.mustermann@mail.com', user_id: '7', trigger_type: 'user' },
  http: { method, ip: null, headers: { 'User-Agent': 'tests' }, query: { page: 0 }, pathParams: {}, path: '/v1', domainName: 'x' },
  activity: 'Done',
  source_url: 'https://x.test/',
  ...more,
})

getLogs('without a body finds every event, exactly as it came, newest first', async () => {
  const { status, data } = await client.getLogs()
  assert.equal(status, 200)
  assert.deepEqual(data, { logs: logs.toReversed(), total: 3 })
})

for (const [name, body, found] of [
  ['limit', { limit: 2 }, [2, 1]],
  ['page', { limit: 2, page: 1 }, [0]],
  ['timestamp as the documentation has it', { timestamp: '2026-01-02T10:00:00Z' }, [1]],
  ['timestamp as the schema has it', { timestamp: { from: '2026-01-02T10:00:00Z', to: '2026-01-03' } }, [2, 1]],
  ['service_name', { service_name: 'users' }, [2, 1]],
  ['event_name', { event_name: 'deleteWorkflow' }, [0]],
  ['outcome', { outcome: 'failure' }, [1]],
  ['outcome', { outcome: 'success' }, [2, 0]],
  ['method', { method: 'DELETE' }, [0]],
  ['user.email', { user: { email: 'max.mustermann@mail.com' } }, [2, 0]],
  ['user.user_id as a text', { user: { user_id: '8' } }, [1]],
  ['user.user_id as a number', { user: { user_id: 8 } }, [1]],
]) {
  getLogs(`${name} ${JSON.stringify(body)} narrows what is found`, async () => {
    const { data } = await client.getLogs(null, body)
    assert.deepEqual(data.logs, found.map((at) => logs[at]))
    assert.equal(data.total, body.limit ? 3 : found.length)
  })
}

getLogs('what cannot be meant is refused', async () => {
  const error = await client.getLogs(null, { outcome: 'perhaps' }).catch((error) => error)
  assert.equal(error.response.status, 400)
  assert.match(error.response.data.error, /outcome expected success or failure/)
})

getLogs('a wrong token is refused', async () => {
  token = 'none'
  const error = await client.getLogs(null, {}).catch((error) => error)
  token = product.key.bearer
  assert.equal(error.response.status, 403)
})

getLogs('the facade finds the same', async () => {
  epilot.authorize(() => product.key.bearer)
  epilot.headers({ 'x-epilot-org-id': organization })
  const { data } = await epilot.auditLogs.getLogs(null, { limit: 1 }, { baseURL: product.origin })
  assert.deepEqual(data, { logs: [logs[2]], total: 3 })
})

getLogById('the facade reads the same', async () => {
  epilot.authorize(() => product.key.bearer)
  epilot.headers({ 'x-epilot-org-id': organization })
  const { data } = await epilot.auditLogs.getLogById({ logId: logs[1].id }, null, { baseURL: product.origin })
  assert.deepEqual(data, { log: logs[1] })
})

getLogById('one event comes as it was sent', async () => {
  for (const log of logs) {
    const { data } = await client.getLogById({ logId: log.id })
    assert.deepEqual(data, { log })
  }
})

getLogById('a wrong token is refused', async () => {
  token = 'none'
  const error = await client.getLogById({ logId: logs[0].id }).catch((error) => error)
  token = product.key.bearer
  assert.equal(error.response.status, 403)
})

getLogById('an unknown one, and another organization’s, is 404', async () => {
  const [{ id }] = logs
  client.defaults.headers.common['x-epilot-org-id'] = 'another'
  for (const logId of [randomUUID(), 'none', id]) {
    const error = await client.getLogById({ logId }).catch((error) => error)
    assert.equal(error.response.status, 404)
  }
})

// What no SDK has a call for.
const ingest = callsOf('epilot', 'fetch')
const send = (at, events, key = at.key.bearer) => {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  return fetch(`${at.origin}/v1/logs/ingest`, { method: 'POST', headers, body: JSON.stringify(events) })
}

ingest('ingest', 'POST /v1/logs/ingest', 'an authorization header is not kept, and the event says so', async () => {
  const event = log('2026-01-04T10:00:00Z', {})
  event.http.headers.Authorization = 'Bearer token'
  await send(product, [event])
  event.http.headers.Authorization = '[masked]'
  const { data } = await client.getLogById({ logId: event.id })
  assert.deepEqual(data.log, { ...event, masked: ['http.headers.Authorization'] })
})

ingest('ingest', 'POST /v1/logs/ingest', 'the same id is one event', async () => {
  const event = log('2026-01-04T10:00:00Z', { event_name: 'sentTwice' })
  for (let time = 0; time < 2; time++) assert.deepEqual(await (await send(product, [event])).json(), { logs: [{ id: event.id }] })
  assert.equal((await client.getLogs(null, { event_name: 'sentTwice' })).data.total, 1)
})

ingest('ingest', 'POST /v1/logs/ingest', 'bad input, no key, a wrong key and a used up quota are told apart', async () => {
  const told = async (answer) => {
    const { status, error } = await (await answer).json()
    assert.equal((await answer).status, status)
    return [status, error]
  }
  assert.deepEqual(await told(send(product, [{ org_id: 'x' }])), [400, 'Missing required fields: event_name'])
  assert.equal((await told(send(product, [], 'none')))[0], 403)
  const unsigned = fetch(`${product.origin}/v1/logs/ingest`, { method: 'POST', body: '[]' })
  assert.equal((await told(unsigned))[0], 401)
  const small = await Product.start({ monthly_quota: 1 })
  await send(small, [log('2026-01-04T10:00:00Z', {})])
  const full = await told(send(small, [log('2026-01-04T10:00:00Z', {})]))
  await small.stop()
  assert.deepEqual(full, [429, 'The monthly limit of 1 events is used up'])
})
