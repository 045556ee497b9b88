// A client's reader never meets another client's events, by whatever way they ask.
import type { APIRequestContext } from '@playwright/test'
import { expect, test } from '../fixtures'
import { page as hostPage, snippet } from '../hosts/snippets'
import { type Client, type Log, freshClient, history } from '../log'
import { Viewer } from '../pages/viewer'
import { SERVER, type View } from '../product'
import { claims, sign } from '../token'

/** In every field of the other client's events, and nowhere else. */
const MARK = 'zebrafish'

/** A session as a program would hold it: the document, and all it takes to ask for more. */
interface Opened {
  html: string
  base: string
  session: string
}

async function open(request: APIRequestContext, view: View, client: Client, query = ''): Promise<Opened> {
  const form = { accessKey: view.accessKey, clientId: client.uuid, url: `http://localhost:1/?audit=${encodeURIComponent(query)}` }
  const html = await (await request.post(`/embed/${view.id}`, { form })).text()
  const said = (name: string) => html.match(new RegExp(`data-${name}="([^"]+)"`))?.[1] ?? ''
  const opened = { html, base: said('base'), session: said('session') }
  expect(opened.session, html.slice(0, 400)).not.toBe('')
  return opened
}

/** Asks as the page's own script does. */
async function fragment(request: APIRequestContext, base: string, session: string, query: string) {
  const headers = { 'x-daybook-part': 'desk', authorization: `Bearer ${session}` }
  const answer = await request.get(`${base}?${query}`, { headers })
  return { status: answer.status(), text: await answer.text() }
}

interface Two {
  /** Who asks. */
  a: Client
  /** Whose events must not be seen. */
  b: Client
  ofA: string[]
  ofB: string[]
}

async function twoClients(log: Log): Promise<Two> {
  const [a, b] = [freshClient('Alpha Ltd'), freshClient(`Beta ${MARK}`)]
  // Told of at the same times, so that pages and times of one mean something in the other.
  const ofA = await log.send(a, history(60))
  const marked = history(60, (at) => ({
    uuid: `${MARK}-${at}-${b.uuid}`,
    action: `${MARK}.act`,
    description: `${MARK} described`,
    actor: { uuid: `${MARK}-actor`, name: `${MARK} actor`, email: `${MARK}@b.test` },
    target: { type: `${MARK}-type`, uuid: `${MARK}-target`, label: `${MARK} label` },
    context: { client: { ipAddress: '203.0.113.77', browserAgent: `${MARK} agent` } },
    metadata: { [`${MARK}Key`]: MARK },
  }))
  const ofB = await log.send(b, marked)
  return { a, b, ofA: ofA.map(({ id }) => id), ofB: ofB.map(({ id }) => id) }
}

/** Nothing of the other client's; `echoed` is what the reader wrote themselves. */
function expectNothingOf(two: Two, text: string, echoed: string[] = []) {
  let rest = text
  for (const own of echoed) rest = rest.replaceAll(own, '')
  expect(rest).not.toContain(MARK)
  expect(rest).not.toContain(two.b.uuid)
  for (const id of two.ofB) expect(rest).not.toContain(id)
}

test('the page and what it offers to choose from are one client’s alone', async ({ page, host, log, view }) => {
  const two = await twoClients(log)
  await page.goto(host.serve('/', hostPage(snippet(view, two.a.uuid))))
  const viewer = await new Viewer(page).alive()
  await expect(viewer.total).toHaveText('60 events')
  await expect(viewer.menu('Actor').locator('li')).toHaveText([/^Ada Byron/])
  await expect(viewer.menu('Action').locator('li')).toHaveText([/^report.view/])
  await expect(viewer.menu('Target type').locator('li')).toHaveText([/^report/])
  await viewer.pager.getByRole('link', { name: 'Older' }).click()
  await expect(viewer.rows).toHaveCount(10)
  expectNothingOf(two, await viewer.body.innerHTML())

  await viewer.search.fill(MARK)
  await expect(viewer.frame.getByRole('heading', { name: 'No events match' })).toBeVisible()
  await expect(viewer.rows).toHaveCount(0)
})

test('no filter and no search finds another client’s events', async ({ request, log, view }) => {
  const two = await twoClients(log)
  const { base, session, html } = await open(request, view, two.a)
  expectNothingOf(two, html)
  for (const [name, value] of [
    ['q', MARK],
    ['q', '203.0.113.77'],
    ['actor', `${MARK}-actor`],
    ['action', `${MARK}.act`],
    ['action', `${MARK}.*`],
    ['target', `${MARK}-target`],
    ['type', `${MARK}-type`],
    ['client', two.b.uuid],
    ['clientId', two.b.uuid],
  ]) {
    const { status, text } = await fragment(request, base, session, `${name}=${encodeURIComponent(value)}`)
    expect(status, name).toBe(200)
    expectNothingOf(two, text, [`${MARK}-actor`, `${MARK}.act`, `${MARK}.*`, `${MARK}-target`, `${MARK}-type`, `“${MARK}”`, `value="${MARK}"`, `q=${MARK}`])
    // A name that is no filter changes nothing; the others leave nothing.
    const rows = text.match(/class="details"/g)?.length ?? 0
    expect(rows, `${name}=${value}`).toBe(name.startsWith('client') ? 50 : 0)
  }
})

test('the id of another client’s event opens nothing', async ({ page, request, host, log, view }) => {
  const two = await twoClients(log)
  const { base, session } = await open(request, view, two.a)
  for (const id of [two.ofB[0], two.ofB[59]]) {
    const { text } = await fragment(request, base, session, `event=${id}`)
    expect(text).toContain('This event is not here')
    expectNothingOf(two, text, [id])
  }
  // The same words as for an event that nobody has.
  const nobodys = await fragment(request, base, session, 'event=01939c5e-8f2a-7b3c-9d4e-5f6071829304')
  expect(nobodys.text).toContain('This event is not here')

  await page.goto(`${host.serve('/', hostPage(snippet(view, two.a.uuid)))}?audit=${encodeURIComponent(`event=${two.ofB[3]}`)}`)
  const viewer = new Viewer(page)
  await expect(viewer.drawer.getByRole('heading', { level: 2 })).toHaveText('This event is not here')
})

test('a place in another client’s pages leads to the reader’s own events', async ({ request, log, view }) => {
  const two = await twoClients(log)
  const ofB = await open(request, view, two.b)
  const cursor = ofB.html.match(/[?;&]after=([^"&;]+)/)?.[1] ?? ''
  expect(cursor).not.toBe('')
  const { base, session } = await open(request, view, two.a)
  const { text } = await fragment(request, base, session, `after=${cursor}`)
  expectNothingOf(two, text, [cursor])
  // Of the event told of in the same second, the reader's own came in earlier.
  expect(text.match(/class="details"/g)?.length).toBe(11)
})

test('one client’s session at another’s address shows nothing, by header or by cookie', async ({ request, log, view }) => {
  const two = await twoClients(log)
  const [ofA, ofB] = [await open(request, view, two.a), await open(request, view, two.b)]
  const { status, text } = await fragment(request, ofB.base, ofA.session, '')
  expect(status).toBe(403)
  expectNothingOf(two, text)

  const handle = (opened: Opened) => opened.base.split('/').at(-1)
  for (const cookie of [`daybook_${handle(ofA)}=${ofA.session}`, `daybook_${handle(ofB)}=${ofA.session}x`, '']) {
    const answer = await fetch(SERVER + ofB.base, { headers: { cookie } })
    expect(answer.status, cookie).toBe(403)
    expectNothingOf(two, await answer.text())
  }
})

test('a session changed by hand is refused', async ({ request, log, view }) => {
  const two = await twoClients(log)
  const { base, session } = await open(request, view, two.a)
  const [header, body, signature] = session.split('.')
  const grant = JSON.parse(Buffer.from(body, 'base64url').toString())
  expect(grant.client).toBe(two.a.uuid)
  const forged = Buffer.from(JSON.stringify({ ...grant, client: two.b.uuid })).toString('base64url')
  const { status, text } = await fragment(request, base, `${header}.${forged}.${signature}`, '')
  expect(status).toBe(403)
  expectNothingOf(two, text)
})

test('a session is not renewed into another client’s', async ({ request, log, view }) => {
  const two = await twoClients(log)
  const { session } = await open(request, view, two.a)
  const renew = (data: Record<string, unknown>) => request.post(`/embed/${view.id}/session`, { data: { session, ...data } })
  const token = (client: Client) => sign(view, claims(view, client.uuid))
  for (const other of [{ token: token(two.b) }, { accessKey: view.accessKey, clientId: two.b.uuid }]) {
    const answer = await renew(other)
    expect(answer.status()).toBe(403)
    expectNothingOf(two, await answer.text())
  }
  expect((await renew({ token: token(two.a) })).status()).toBe(200)
})

test('a token’s own limits hold in every answer', async ({ request, log, view }) => {
  const client = freshClient()
  await log.send(client, [
    { action: 'invoice.pay', actor: { uuid: 'u-1', name: 'Una', email: 'una@c.test' } },
    { action: `${MARK}.pay`, actor: { uuid: 'u-2', name: 'Duo', email: 'duo@c.test' } },
  ])
  const token = sign(view, claims(view, client.uuid, { filter: { action: 'invoice.*' }, hide: ['actor.email'] }))
  const answer = await request.post(`/embed/${view.id}`, { form: { token, url: 'http://localhost:1/' } })
  const html = await answer.text()
  const [base, session] = ['base', 'session'].map((name) => html.match(new RegExp(`data-${name}="([^"]+)"`))?.[1] ?? '')
  const id = html.match(/event=([0-9a-f-]{36})/)?.[1]
  expect(html).toContain('1 event')
  const ask = async (query: string) => (await fragment(request, base, session, query)).text
  for (const text of [html, await ask(''), await ask('q=pay'), await ask('action='), await ask(`event=${id}`)]) {
    for (const hidden of [MARK, 'u-2', 'Duo', 'una@c.test', 'duo@c.test']) expect(text).not.toContain(hidden)
  }
  expect(await ask(`event=${id}`)).toContain('As it was sent')
  // Nothing can be searched for, and nothing is said to have been found.
  expect(html).not.toContain('type="search"')
  const guessed = await ask('q=nobody%40c.test')
  expect(guessed.match(/event=[0-9a-f-]{36}/g)).toEqual([`event=${id}`])
  expect(guessed).not.toContain('matching')
})

test('what a token hides cannot be found out by filters', async ({ request, log, view }) => {
  const client = freshClient()
  const actor = { uuid: `${MARK}-u`, name: 'Una' }
  await log.send(client, [{ action: 'a.b', actor, target: { type: `${MARK}-type`, uuid: `${MARK}-t` }, outcome: 'failure' }])
  const token = sign(view, claims(view, client.uuid, { hide: ['actor', 'targets', 'outcome'] }))
  const html = await (await request.post(`/embed/${view.id}`, { form: { token, url: 'http://localhost:1/' } })).text()
  expect(html).not.toContain(MARK)
  const [base, session] = ['base', 'session'].map((name) => html.match(new RegExp(`data-${name}="([^"]+)"`))?.[1] ?? '')
  for (const [name, right, wrong] of [
    ['actor', `${MARK}-u`, 'nobody'],
    ['target', `${MARK}-t`, 'nothing'],
    ['type', `${MARK}-type`, 'none'],
    ['outcome', 'failure', 'success'],
    ['q', 'Una', 'Nobody'],
  ]) {
    const answers = await Promise.all([right, wrong].map((value) => fragment(request, base, session, `${name}=${value}`)))
    expect(answers[0].text, name).toBe(answers[1].text)
    expect(answers[0].text).toContain('1 event')
  }
})

test('the API asked for one client answers with nobody else’s events', async ({ log }) => {
  const two = await twoClients(log)
  let path: string | undefined = `/api/v1/events?clientID=${two.a.uuid}&limit=25`
  let found = 0
  while (path) {
    const { status, text } = await log.get(path)
    expect(status).toBe(200)
    expectNothingOf(two, text)
    const page = JSON.parse(text)
    found += page.entries.length
    path = page._links.next?.href.replace(SERVER, '')
  }
  expect(found).toBe(60)
  const { text } = await log.get(`/api/v1/events?clientID=${two.a.uuid}&q=${MARK}`)
  expect(JSON.parse(text).entries ?? []).toEqual([])
})
