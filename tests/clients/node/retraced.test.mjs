// Retraced's own client against a running server.
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import Retraced from '@retracedhq/retraced'
import { callsOf, npm } from './calls.mjs'
import { MODES, Product } from './product.mjs'

const everything = {
  id: true, action: true, description: true, crud: true, received: true, created: true, canonical_time: true,
  is_failure: true, is_anonymous: true, source_ip: true, component: true, version: true, fields: true,
  external_id: true, metadata: true, display: { markdown: true }, group: { id: true, name: true },
  actor: { id: true, name: true, href: true, fields: true },
  target: { id: true, name: true, href: true, type: true, fields: true },
}
const products = {}

before(async () => {
  for (const mode of MODES) products[mode] = await Product.start({ monthly_quota: 1000 }, mode)
})
after(() => Promise.all(Object.values(products).map((product) => product.stop())))

const event = (group, action, more = {}) => ({
  action,
  crud: 'c',
  group: { id: group, name: 'Group' },
  actor: { id: 'jim', name: 'Jim', href: 'https://example.com/jim', fields: { department: 'Sales' } },
  target: { id: 'rec', name: 'Record', type: 'record' },
  ...more,
})

for (const mode of MODES) {
  const call = callsOf('Retraced', npm('@retracedhq/retraced'), mode)
  // Where it is strict, the project's own name.
  const project = mode === 'open' ? 'anything' : 'default'

  const client = (more = {}) =>
    new Retraced.Client({
      apiKey: products[mode].key.bearer,
      projectId: project,
      endpoint: `${products[mode].origin}/auditlog`,
      component: 'api',
      version: 'v7',
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
    const answer = await fetch(`${products[mode].origin}/auditlog/viewer/v1/viewersession`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    })
    const session = await answer.json()
    assert.deepEqual([answer.status, session.project_id], [200, project])
    await assert.rejects(client({ apiKey: 'ck_1.wrong' }).getViewerToken('viewed', 'ann'), /401 Unauthorized/)
  })

  call('query', 'POST /auditlog/publisher/v1/project/{p}/graphql', 'what cannot be meant is a bad request, a wrong key unauthorized', async () => {
    await assert.rejects(client().query({ crud: 'x' }, { id: true }, 1), /400 Bad Request/)
    await assert.rejects(client({ apiKey: 'ck_1.wrong' }).query({}, { id: true }, 1), /401 Unauthorized/)
  })

  call('reportEvents', 'POST /auditlog/publisher/v1/project/{p}/event/bulk', 'a wrong key is unauthorized', async () => {
    await assert.rejects(client({ apiKey: 'ck_1.wrong' }).reportEvents([event('g', 'a.b')]), /401 Unauthorized/)
  })

  call('reportEvent', 'POST /auditlog/publisher/v1/project/{p}/event', 'a used up quota is refused', async () => {
    const small = await Product.start({ monthly_quota: 1 }, mode)
    const sender = client({ apiKey: small.key.bearer, endpoint: `${small.origin}/auditlog` })
    await sender.reportEvent(event('g', 'a.b'))
    await assert.rejects(sender.reportEvent(event('g', 'a.b')), /402 Payment Required/)
    await small.stop()
  })

  const bulk = 'POST /auditlog/publisher/v1/project/{p}/event/bulk'
  call('reportEvents', bulk, 'where it is strict, a project has one name, a bulk fifty events and an event no other fields', async () => {
    const outcome = (sending) => sending.then(() => 'taken', (error) => error.message)
    const outcomes = [
      await outcome(client({ projectId: 'other' }).reportEvent(event('s', 'a.b'))),
      await outcome(client().reportEvents(Array.from({ length: 51 }, () => event('s', 'a.b')))),
      await outcome(client().reportEvent(event('s', 'a.b', { description: '' }))),
    ]
    const refused = ['401 Unauthorized', '400 Bad Request', '400 Bad Request']
    assert.deepEqual(
      outcomes.map((outcome) => outcome.replace('Unexpected HTTP response: ', '')),
      mode === 'open' ? ['taken', 'taken', 'taken'] : refused,
    )
  })

  // The calls that the viewer's pages make. The component itself is looked at in a browser, by end2end.
  const viewer = callsOf('Retraced', 'fetch, as its viewer @retracedhq/logs-viewer 2.10.1', mode)
  const base = '/auditlog/viewer/v1'

  /** Asks as the component does, in the name of a session. */
  async function ask(session, method, path, body) {
    const headers = { authorization: session, 'content-type': 'application/json', accept: 'application/json' }
    const answer = await fetch(products[mode].origin + base + path, { method, headers, body: body && JSON.stringify(body) })
    const text = await answer.text()
    return { status: answer.status, text, disposition: answer.headers.get('content-disposition'), json: () => JSON.parse(text) }
  }

  /** A session of a group that has an event. */
  async function session(group) {
    await client().reportEvent(event(group, `${group}.made`))
    const token = await client().getViewerToken(group, 'ann', true)
    const opened = await ask('', 'POST', '/viewersession', { token })
    assert.equal(opened.status, 200)
    assert.deepEqual(Object.keys(opened.json()).sort(), ['project_id', 'token'])
    return opened.json().token
  }

  viewer('session', `POST ${base}/viewersession`, 'a token that is none opens nothing', async () => {
    await session('v-session')
    assert.equal((await ask('', 'POST', '/viewersession', { token: 'x' })).status, 401)
  })

  const searching = { query: '{ search(query: "crud:c,u,d", last: 20) { totalCount edges { node { action } } } }', variables: {} }

  viewer('search', `POST ${base}/graphql`, 'it sees its group alone, and a session that is none sees nothing', async () => {
    const found = (await ask(await session('v-search'), 'POST', '/graphql?skipViewLogEvent=true', searching)).json()
    assert.deepEqual(found.data.search, { totalCount: 1, edges: [{ node: { action: 'v-search.made' } }] })
    assert.equal((await ask('x', 'POST', '/graphql', searching)).status, 401)
  })

  const order = {
    name: 'New things',
    exportBody: { searchQuery: '', showCreate: true, showRead: false, showUpdate: false, showDelete: false, version: 1 },
  }

  viewer('create export', `POST ${base}/project/{p}/export`, 'it has an id, and its faults are named', async () => {
    const mine = await session('v-export')
    const made = await ask(mine, 'POST', `/project/${project}/export`, order)
    assert.deepEqual([made.status, made.json().name], [201, 'New things'])
    const wrong = { ...order, exportBody: { searchQuery: 'crud:x' } }
    assert.equal((await ask(mine, 'POST', `/project/${project}/export`, wrong)).status, 400)
    assert.equal((await ask('x', 'POST', `/project/${project}/export`, order)).status, 401)
  })

  viewer('list exports', `GET ${base}/project/{p}/exports`, 'those of its group are listed', async () => {
    const [mine, other] = [await session('v-list'), await session('v-list-other')]
    await ask(mine, 'POST', `/project/${project}/export`, order)
    const list = (await ask(mine, 'GET', `/project/${project}/exports?limit=`)).json()
    assert.deepEqual(list.map(({ name }) => name), ['New things'])
    assert.deepEqual((await ask(other, 'GET', `/project/${project}/exports?limit=`)).json(), [])
  })

  viewer('render export', `GET ${base}/project/{p}/export/{id}/rendered`, 'its file has its group’s events', async () => {
    const [mine, other] = [await session('v-file'), await session('v-file-other')]
    const { id } = (await ask(mine, 'POST', `/project/${project}/export`, order)).json()
    const file = await ask(mine, 'GET', `/project/${project}/export/${id}/rendered`)
    assert.equal(file.disposition, 'attachment; filename="New_things.csv"')
    assert.deepEqual([/"v-file\.made"/.test(file.text), /v-file-other/.test(file.text)], [true, false])
    assert.equal((await ask(other, 'GET', `/project/${project}/export/${id}/rendered`)).status, 404)
  })

  const tokens = `${base}/project/{p}/eitapi_token`
  const made = async (mine) => (await ask(mine, 'POST', `/project/${project}/eitapi_token`, { displayName: 'Ours' })).json()

  viewer('create API token', `POST ${tokens}`, 'it reads its group’s log', async () => {
    const mine = await session('v-token')
    const { id, display_name } = await made(mine)
    assert.equal(display_name, 'Ours')
    const headers = { authorization: `token=${id}`, 'content-type': 'application/json' }
    const body = JSON.stringify(searching)
    const answer = await fetch(`${products[mode].origin}/auditlog/enterprise/v1/graphql`, { method: 'POST', headers, body })
    assert.equal((await answer.json()).data.search.edges[0].node.action, 'v-token.made')
    assert.equal((await ask(mine, 'POST', `/project/${project}/eitapi_token`, { displayName: '' })).status, 400)
  })

  viewer('list API tokens', `GET ${tokens}s`, 'those of its group are listed', async () => {
    const [mine, other] = [await session('v-tokens'), await session('v-tokens-other')]
    await made(mine)
    const list = async (session) => (await ask(session, 'GET', `/project/${project}/eitapi_tokens`)).json()
    assert.deepEqual((await list(mine)).map((token) => token.display_name), ['Ours'])
    assert.deepEqual(await list(other), [])
  })

  viewer('rename API token', `PUT ${tokens}/{token}`, 'its name changes, for its group alone', async () => {
    const [mine, other] = [await session('v-rename'), await session('v-rename-other')]
    const { id } = await made(mine)
    const renamed = await ask(mine, 'PUT', `/project/${project}/eitapi_token/${id}`, { displayName: 'Theirs' })
    assert.equal(renamed.json().display_name, 'Theirs')
    assert.equal((await ask(other, 'PUT', `/project/${project}/eitapi_token/${id}`, { displayName: 'x' })).status, 404)
  })

  viewer('delete API token', `DELETE ${tokens}/{token}`, 'it reads nothing any more', async () => {
    const mine = await session('v-delete')
    const { id } = await made(mine)
    assert.equal((await ask(mine, 'DELETE', `/project/${project}/eitapi_token/${id}`)).status, 204)
    assert.equal((await ask(mine, 'DELETE', `/project/${project}/eitapi_token/${id}`)).status, 404)
  })
}
