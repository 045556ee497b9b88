// What opens a view, what does not, and that no credential is ever seen where it could stay.
import type { Response } from '@playwright/test'
import { expect, test } from '../fixtures'
import { call, page as hostPage, snippet, withKey, withToken } from '../hosts/snippets'
import { type Client, type Log, freshClient } from '../log'
import { Demo } from '../pages/demo'
import { Viewer } from '../pages/viewer'
import { Watch } from '../pages/watch'
import { claims, sign, tampered, unsigned } from '../token'
import { DEMO, SERVER, type View } from '../product'

/** What only the log holds. */
const SECRET = 'quokka-7312'

async function clientWithSecret(log: Log): Promise<Client> {
  const client = freshClient('Secretive Ltd')
  await log.send(client, [{ action: 'vault.open', description: SECRET }])
  return client
}

const opening = (view: View) => (response: Response) =>
  response.request().method() === 'POST' && response.url() === `${SERVER}/embed/${view.id}`

test('the access key opens the log of the client that the page names', async ({ page, host, log, view }) => {
  const client = await clientWithSecret(log)
  await page.goto(host.serve('/', hostPage(snippet(view, client.uuid))))
  await expect(new Viewer(page).row(SECRET)).toBeVisible()
})

test('a token of the company’s own backend opens it without any key in the page', async ({ page, view }) => {
  const viewer = await new Demo(page).goto({ client: '4071200027', with: 'token' })
  await expect(viewer.client).toHaveText('Nordhavn Shipping AB')
  await expect(viewer.rows).toHaveCount(50)
  expect(await page.content()).not.toContain(view.accessKey)
})

test('a token opens its own client with whatever page asks', async ({ page, host, log, view }) => {
  const client = await clientWithSecret(log)
  const token = sign(view, claims(view, client.uuid, { origin: host.origin, locale: 'de', tz: 'Asia/Tokyo' }))
  await page.goto(host.serve('/', hostPage(call(withToken(view, token)))))
  const viewer = new Viewer(page)
  await expect(viewer.row(SECRET)).toBeVisible()
  await expect(viewer.frame.locator('html')).toHaveAttribute('lang', 'de')
  await expect(viewer.frame.locator('.zone').first()).toContainText('Tokyo')
})

const now = () => Math.floor(Date.now() / 1000)

/** Tokens that open nothing, by what is wrong with them. */
const REFUSED: [string, (view: View, client: string) => string][] = [
  ['an expired token', (view, client) => sign(view, claims(view, client, { iat: now() - 900, exp: now() - 120 }))],
  ['a token that is good for too long', (view, client) => sign(view, claims(view, client, { exp: now() + 7200 }))],
  ['a token whose client was changed', (view, client) => tampered(sign(view, claims(view, 'other')), claims(view, client))],
  ['a token signed with another secret', (view, client) => sign(view, claims(view, client), { secret: 'x'.repeat(43) })],
  ['a token that asks for no signature', (view, client) => unsigned(claims(view, client))],
  ['a token that asks for no signature, loudly', (view, client) => unsigned(claims(view, client), 'NONE')],
  [
    'a token that names another algorithm',
    (view, client) => sign(view, claims(view, client), { header: { alg: 'HS512' } }),
  ],
  ['a token for another view', (view, client) => sign(view, claims(view, client, { view: 'vw_other' }))],
  ['a token for another audience', (view, client) => sign(view, claims(view, client, { aud: 'somebody' }))],
  [
    'a token for pages of another origin',
    (view, client) => sign(view, claims(view, client, { origin: 'https://app.elsewhere.test' })),
  ],
  ['a token without a client', (view) => sign(view, claims(view, ''))],
  ['text that is no token', () => 'Please sign in'],
]

for (const [name, make] of REFUSED) {
  test(`${name} is answered with nothing of the log`, async ({ request, log, view }) => {
    const client = await clientWithSecret(log)
    const form = { token: make(view, client.uuid), clientId: '', accessKey: '', url: 'http://localhost:1/' }
    const response = await request.post(`/embed/${view.id}`, { form, headers: { origin: 'http://localhost:1' } })
    expect(response.status()).toBe(403)
    const text = await response.text()
    for (const part of [SECRET, 'vault.open', client.name, 'data-session', '<table']) expect(text).not.toContain(part)
    expect(text).toContain(name === 'an expired token' ? 'This view has expired' : 'This log cannot be shown')
    expect(response.headers()['set-cookie']).toBeUndefined()
  })
}

const EXPLAINED = [
  ['an expired token', 'This view has expired', /Reload the page/, 'expired'],
  ['a token whose client was changed', 'This log cannot be shown', /did not prove/, 'refused'],
] as const

for (const [name, title, words, code] of EXPLAINED) {
  test(`${name} shows a page that explains, and tells the host page`, async ({ page, host, log, view }) => {
    const client = await clientWithSecret(log)
    const token = REFUSED.find(([refused]) => refused === name)?.[1](view, client.uuid) ?? ''
    const html = `${call(withToken(view, token))}
      <script>window.heard = []; log.on('error', (event) => heard.push(event.detail.code))</script>`
    await page.goto(host.serve('/', hostPage(html)))
    const viewer = new Viewer(page)
    await expect(viewer.notice).toHaveText(title)
    await expect(viewer.frame.locator('.notice p').first()).toHaveText(words)
    await expect.poll(() => page.evaluate('heard')).toEqual([code])
  })
}

test('an address that gives no token is an error, and the view opens when it does', async ({ page, host, log, view }) => {
  const client = await clientWithSecret(log)
  const answers = { status: 503, body: 'Not now' }
  host.serve('/token', () => answers)
  const html = `${call(`view: '${view.id}', tokenUrl: '/token'`)}
    <script>window.heard = []; log.on('error', ({detail}) => heard.push(detail.code, detail.message))</script>`
  await page.goto(host.serve('/', hostPage(html)))
  const viewer = new Viewer(page)
  await expect(viewer.notice).toHaveText('This log cannot be shown')
  await expect.poll(() => page.evaluate('heard.slice(0, 3)')).toEqual(['token', '/token 503', 'refused'])

  // By the reader's wish it is asked again, and still refused.
  await viewer.frame.getByRole('link', { name: 'Try again' }).click()
  await expect.poll(() => host.asked.filter((path) => path === '/token').length).toBe(2)
  await expect(viewer.notice).toHaveText('This log cannot be shown')
  Object.assign(answers, { status: 200, body: sign(view, claims(view, client.uuid)) })
  await viewer.frame.getByRole('link', { name: 'Try again' }).click()
  await expect(viewer.rows).toHaveCount(1)
})

test('after an error the host page has it opened again', async ({ page, host, log, view }) => {
  const client = await clientWithSecret(log)
  const now = Math.floor(Date.now() / 1000)
  const tokens = [
    sign(view, claims(view, client.uuid, { iat: now - 900, exp: now - 300 })),
    sign(view, claims(view, client.uuid)),
  ]
  await page.goto(host.serve('/', hostPage(call(`view: '${view.id}', token: () => ${JSON.stringify(tokens)}[window.asked++]`, undefined).replace('<script>', '<script>window.asked = 0;'))))
  const viewer = new Viewer(page)
  await expect(viewer.notice).toHaveText('This view has expired')
  await page.evaluate('log.refresh()')
  await expect(viewer.rows).toHaveCount(1)
  await viewer.alive()
})

test('a token beside the id of another client is refused', async ({ page, host, log, view }) => {
  const client = await clientWithSecret(log)
  const token = sign(view, claims(view, client.uuid))
  const answered = page.waitForResponse(opening(view))
  await page.goto(host.serve('/', hostPage(call(`${withToken(view, token)}, clientId: 'another'`))))
  expect((await answered).status()).toBe(403)
  await expect(new Viewer(page).notice).toHaveText('This log cannot be shown')
})

test('a wrong access key, no credential and no client are refused', async ({ page, host, log, view }) => {
  const client = await clientWithSecret(log)
  const wrong = { ...view, accessKey: 'x'.repeat(view.accessKey.length) }
  const cases: [string, number][] = [
    [withKey(wrong, client.uuid), 403],
    [`view: '${view.id}', clientId: '${client.uuid}'`, 401],
    [`view: '${view.id}', accessKey: '${view.accessKey}'`, 400],
    [`view: 'vw_unknown', accessKey: '${view.accessKey}', clientId: '${client.uuid}'`, 403],
  ]
  for (const [options, status] of cases) {
    const answered = page.waitForResponse((response) => response.request().method() === 'POST')
    await page.goto(host.serve('/', hostPage(call(options))))
    expect((await answered).status(), options).toBe(status)
    await expect(new Viewer(page).notice).toHaveText('This log cannot be shown')
  }
})

test('a token with an id opens once', async ({ page, host, log, view }) => {
  const client = await clientWithSecret(log)
  const address = host.serve('/', hostPage(call(withToken(view, sign(view, claims(view, client.uuid))))))
  const viewer = new Viewer(page)
  await page.goto(address)
  await expect(viewer.row(SECRET)).toBeVisible()
  await page.reload()
  await expect(viewer.notice).toHaveText('This view has expired')
})

test('a view for tokens only refuses the access key', async ({ page, host, own }) => {
  own.daybook('view', 'set', '--tokens-only', 'yes')
  const view = own.view()
  const viewer = new Viewer(page)
  await page.goto(host.serve('/key', hostPage(snippet(view, 'acme', own.origin))))
  await expect(viewer.notice).toHaveText('This log cannot be shown')
  const token = sign(view, claims(view, 'acme'))
  await page.goto(host.serve('/token', hostPage(call(withToken(view, token), own.origin))))
  await expect(viewer.frame.getByRole('heading', { name: 'No events yet' })).toBeVisible()
})

test('a page that is not listed is told nothing, and its browser shows it nothing', async ({ page, startHost, own }) => {
  const [listed, stranger] = [await startHost(), await startHost()]
  own.daybook('view', 'set', '--origins', listed.origin)
  const view = own.view()
  const html = hostPage(snippet(view, 'acme', own.origin))

  await page.goto(listed.serve('/', html))
  await expect(new Viewer(page).frame.getByRole('heading', { name: 'No events yet' })).toBeVisible()

  const answered = page.waitForResponse((response) => response.request().method() === 'POST')
  await page.goto(stranger.serve('/', html))
  const response = await answered
  expect(response.status()).toBe(403)
  expect(await response.headerValue('content-security-policy')).toContain(`frame-ancestors 'self' ${listed.origin}`)
  await expect.poll(() => page.frames()[1]?.url()).toBe('chrome-error://chromewebdata/')

  // Nor does a page of the listed origin help whoever frames that page.
  const inner = listed.serve('/', html)
  await page.goto(stranger.serve('/', hostPage(`<iframe src="${inner}"></iframe>`)))
  await expect.poll(() => page.frames()[2]?.url()).toBe('chrome-error://chromewebdata/')
})

test('before it ends, a session is renewed with a fresh token of the host page', async ({ page }) => {
  await page.clock.install()
  const sessions: string[] = []
  page.on('request', (request) => {
    const bearer = request.headers()['authorization']
    if (bearer) sessions.push(bearer)
  })
  const viewer = await (await new Demo(page).goto({ client: '4071200013', with: 'token' })).alive()
  await viewer.search.fill('login')
  await page.clock.runFor(500)
  await expect(viewer.chips).toContainText('login')

  const tokens = page.waitForResponse((response) => response.url().startsWith(`${DEMO}/audit-token`))
  const renewed = page.waitForResponse((response) => response.url().endsWith('/session'))
  await page.clock.fastForward('12:30')
  expect((await tokens).status()).toBe(200)
  const answer = await renewed
  expect(answer.status()).toBe(200)
  const { session } = await answer.json()
  // The answer is in the page's hands a moment after it is in ours.
  await expect(async () => {
    await viewer.search.fill('report')
    await page.clock.runFor(500)
    expect(sessions.at(-1)).toBe(`Bearer ${session}`)
  }).toPass()
  await expect(viewer.chips).toContainText('report')
  expect(new Set(sessions).size).toBe(2)
})

test('a session that ended while the page slept is renewed when it is next used', async ({ page, view }) => {
  const viewer = await (await new Demo(page).goto({ client: '4071200013', with: 'token' })).alive()
  let refusals = 0
  await page.route(`${SERVER}/embed/${view.id}/s/**`, async (route) => {
    if (refusals > 0) return route.continue()
    refusals += 1
    await route.fulfill({ status: 403, contentType: 'application/json', body: '{"statusCode":403}' })
  })
  const renewed = page.waitForResponse((response) => response.url().endsWith('/session'))
  await viewer.filter('Outcome').selectOption('failure')
  expect((await renewed).status()).toBe(200)
  await expect(viewer.chips).toContainText('that failed')
  await expect(viewer.rows.first()).toContainText('Failed')
  expect(refusals).toBe(1)
})

test('where no new session is to be had, the rows stay and a bar says so', async ({ page, host, log, view }) => {
  const client = await clientWithSecret(log)
  let signedIn = true
  const token = () => sign(view, claims(view, client.uuid))
  host.serve('/audit-token', () => (signedIn ? { type: 'text/plain', body: token() } : { status: 401, body: 'no' }))
  const options = `view: '${view.id}', token: () => fetch('/audit-token').then((answer) => answer.ok ? answer.text() : Promise.reject('signed out'))`
  await page.goto(host.serve('/', hostPage(call(options))))
  const viewer = await new Viewer(page).alive()

  signedIn = false
  await page.route(`${SERVER}/embed/${view.id}/s/**`, (route) => route.fulfill({ status: 403, body: '{}' }))
  await viewer.search.fill('vault')
  const bar = viewer.frame.getByRole('alert')
  await expect(bar).toContainText('Your session has expired.')
  await expect(viewer.row(SECRET)).toBeVisible()

  signedIn = true
  await page.unroute(`${SERVER}/embed/${view.id}/s/**`)
  await bar.getByRole('button', { name: 'Try again' }).click()
  await expect(viewer.chips).toContainText('vault')
  await expect(bar).toBeHidden()
  await expect(viewer.row(SECRET)).toBeVisible()
})

test('a plain visit to an opened log’s address shows nothing', async ({ page, log, view }) => {
  const client = await clientWithSecret(log)
  const answer = await page.request.post(`${SERVER}/embed/${view.id}`, {
    form: { accessKey: view.accessKey, clientId: client.uuid, url: 'http://localhost:1/' },
  })
  const text = await answer.text()
  expect(text).toContain(SECRET)
  const path = text.match(/data-base="([^"]+)"/)?.[1]
  await page.context().clearCookies()
  const response = await page.goto(SERVER + path)
  expect(response?.status()).toBe(403)
  expect(await response?.text()).not.toContain(SECRET)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This view has expired')
})

for (const way of ['key', 'token'] as const) {
  test(`opened with a ${way}, no credential is ever part of an address`, async ({ page, view }) => {
    const watch = await Watch.over(page)
    const secrets: Record<string, string | undefined> = { key: view.accessKey }
    page.on('response', async (response) => {
      if (response.url().startsWith(`${DEMO}/audit-token`)) secrets.token = await response.text()
      if (opening(view)(response)) secrets.session = (await response.text()).match(/data-session="([^"]+)"/)?.[1]
    })
    const viewer = await (await new Demo(page).goto({ client: '4071200013', with: way })).alive()
    await viewer.open(viewer.rows.first())
    await viewer.drawer.getByRole('link', { name: 'Older event' }).click()
    await viewer.filter('Outcome').selectOption('failure')
    await expect(viewer.chips).toContainText('that failed')
    expect(Object.keys(secrets)).toEqual(way === 'key' ? ['key', 'session'] : ['key', 'token', 'session'])
    expect(watch.urls.length).toBeGreaterThan(8)
    for (const [name, secret] of Object.entries(secrets)) {
      expect(secret?.length, name).toBeGreaterThan(20)
      expect(watch.urls.filter((url) => url.includes(String(secret))), name).toEqual([])
    }
  })
}
