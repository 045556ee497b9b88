// Host pages under the strictest policies, and the ways to embed without a line of inline script.
import { expect, test } from '../fixtures'
import { page as hostPage, withKey } from '../hosts/snippets'
import { Demo } from '../pages/demo'
import { Viewer } from '../pages/viewer'
import { type Violation, Watch } from '../pages/watch'
import { DEMO, SERVER, type View } from '../product'
import { claims, sign } from '../token'

/** The loader tries a form first, and learns from the refusal that it has to go through the door. */
const formRefused = (page: string): Violation[] => [{ directive: 'form-action', blocked: SERVER, page }]

const expected = (violations: Violation[], page: string) =>
  expect(violations.map(({ blocked, ...rest }) => ({ ...rest, blocked: new URL(blocked).origin }))).toEqual(formRefused(page))

/** Nothing inline, nothing from anywhere but the loader and the frame, no form to another origin. */
const POLICY = `default-src 'none'; script-src 'nonce-r4nd0m'; frame-src ${SERVER}; form-action 'self'; base-uri 'none'; require-trusted-types-for 'script'`

const attributes = (view: View, client: string, more = '') =>
  `<div id="audit-log"></div>
<script nonce="r4nd0m" src="${SERVER}/embed.js" data-view="${view.id}" data-client-id="${client}"
  data-target="audit-log" data-host="${SERVER}" ${more}></script>`

test('the demo’s strict page shows the log, with no violation but the form’s', async ({ page }) => {
  const watch = await Watch.over(page)
  const viewer = await (await new Demo(page).goto({ client: '4071200013' }, '/strict')).alive()
  await expect(viewer.client).toHaveText('Brightwater Logistics')
  await expect(viewer.rows).toHaveCount(50)
  await viewer.open(viewer.rows.first())
  await viewer.filter('Outcome').selectOption('failure')
  await expect(viewer.chips).toContainText('that failed')
  expected(watch.violations, DEMO)
})

test('the strict page works with a token as well', async ({ page, view }) => {
  const watch = await Watch.over(page)
  const viewer = await (await new Demo(page).goto({ client: '4071200027', with: 'token' }, '/strict')).alive()
  await expect(viewer.client).toHaveText('Nordhavn Shipping AB')
  await expect(viewer.rows).toHaveCount(50)
  expect(await page.content()).not.toContain(view.accessKey)
  expected(watch.violations, DEMO)
})

test('a page with nonces, trusted types and no inline anything shows the log', async ({ page, host, view }) => {
  const watch = await Watch.over(page)
  const body = hostPage(attributes(view, '4071200045', `data-access-key="${view.accessKey}"`))
  await page.goto(host.serve('/', { body, headers: { 'content-security-policy': POLICY } }))
  const viewer = await new Viewer(page).alive()
  await expect(viewer.rows).toHaveCount(50)
  await expect.poll(async () => (await page.locator('iframe').boundingBox())?.height).toBeGreaterThan(1500)
  await viewer.search.fill('login')
  await expect(viewer.chips).toContainText('login')
  expected(watch.violations, host.origin)
})

test('a token’s address in an attribute is enough', async ({ page, host, view }) => {
  const policy = `${POLICY}; connect-src 'self'`
  host.serve('/audit-token', () => ({ type: 'text/plain', body: sign(view, claims(view, '4071200045')) }))
  const body = hostPage(attributes(view, '4071200045', 'data-token-url="/audit-token"'))
  await page.goto(host.serve('/', { body, headers: { 'content-security-policy': policy } }))
  await expect(new Viewer(page).rows).toHaveCount(50)
  // One for the form that was refused, one at the door: a token opens once.
  expect(host.asked.filter((path) => path === '/audit-token').length).toBeLessThanOrEqual(2)
})

test('the element embeds by its attributes alone', async ({ page }) => {
  const watch = await Watch.over(page)
  for (const credential of ['token', 'key'] as const) {
    const viewer = await (await new Demo(page).goto({ client: '4071200045', with: credential }, '/element')).alive()
    await expect(viewer.client).toHaveText('Kaiyo Maritime 海洋')
    await expect(viewer.rows).toHaveCount(50)
  }
  expect(watch.violations).toEqual([])
})

test('an element that leaves the page takes its frame with it', async ({ page }) => {
  const viewer = await (await new Demo(page).goto({}, '/element')).alive()
  await expect(viewer.rows).toHaveCount(50)
  await page.evaluate(() => document.querySelector('audit-log')?.remove())
  await expect(page.locator('iframe')).toHaveCount(0)
})

test('a page that hides its address from others shows the log', async ({ page, host, view }) => {
  const html = hostPage(
    `<div id="audit-log"></div><script src="${SERVER}/embed.js"></script>
     <script>auditLog({target: 'audit-log', ${withKey(view, '4071200045')}})</script>`,
    '<meta name="referrer" content="no-referrer">',
  )
  await page.goto(host.serve('/', { body: html, headers: { 'referrer-policy': 'no-referrer' } }))
  const viewer = await new Viewer(page).alive()
  await expect(viewer.rows).toHaveCount(50)
  await expect.poll(async () => (await page.locator('iframe').boundingBox())?.height).toBeGreaterThan(1500)
})

test('a page that isolates itself from all others may frame the log', async ({ page, host, view }) => {
  const headers = { 'cross-origin-embedder-policy': 'require-corp', 'cross-origin-opener-policy': 'same-origin' }
  const body = hostPage(attributes(view, '4071200045', `data-access-key="${view.accessKey}"`))
  await page.goto(host.serve('/', { body, headers }))
  await expect(new Viewer(page).rows).toHaveCount(50)
})

test('the documents’ own policy lets nothing in from elsewhere', async ({ request, own }) => {
  const view = own.view()
  const answer = await request.post(`${own.origin}/embed/${view.id}`, {
    form: { accessKey: view.accessKey, clientId: '4071200045', url: 'http://localhost:1/' },
  })
  const headers = answer.headers()
  expect(headers['content-security-policy']).toMatch(
    /^default-src 'none'; script-src 'nonce-[\w-]{10,}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self' 'nonce-[\w-]+'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self' http:\/\/localhost:\* http:\/\/127\.0\.0\.1:\*$/,
  )
  expect(headers['cache-control']).toBe('no-store')
  expect(headers['referrer-policy']).toBe('no-referrer')
  expect(headers['x-content-type-options']).toBe('nosniff')
  expect(headers['x-robots-tag']).toBe('noindex')
})
