// Taking the log away: files of what the reader has found, from the frame on another origin.
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures'
import { call, form, page as hostPage, snippet, withKey, withToken } from '../hosts/snippets'
import type { Host } from '../hosts/host'
import { type Client, type Log, freshClient, history } from '../log'
import { Viewer } from '../pages/viewer'
import { Watch } from '../pages/watch'
import { SERVER, type View } from '../product'
import { claims, sign } from '../token'

/** A client with 120 events, every other one a print. */
async function filled(log: Log): Promise<Client> {
  const client = freshClient()
  await log.send(client, history(120, (at) => ({ action: at % 2 ? 'report.view' : 'report.print' })))
  return client
}

async function open(page: Page, host: Host, view: View, client: Client): Promise<Viewer> {
  await page.goto(host.serve('/', hostPage(snippet(view, client.uuid))))
  const viewer = await new Viewer(page).alive()
  await expect(viewer.total).toHaveText('120 events')
  return viewer
}

/** The rows of a table, of whose cells none has a quote or a line break. */
const rows = (text: string) => text.replace(/^\ufeff/, '').trimEnd().split('\r\n').map((row) => row.slice(1, -1).split('","'))

/** What there was before anything was taken: every taking is an event of the log too. */
const before = (events: { action: string }[]) => events.filter(({ action }) => action !== 'audit_log.exported')

test('each file holds all that was found, and the page stays as it was', async ({ page, host, log, view }) => {
  const watch = await Watch.over(page)
  const viewer = await open(page, host, view, await filled(log))
  const csv = await viewer.take('CSV')
  expect(csv.name).toMatch(/^events_until_\d{4}-\d\d-\d\d\.csv$/)
  const [titles, newest, ...more] = rows(csv.text)
  expect(titles).toEqual(['Time', 'Actor', 'Actor e-mail', 'Action', 'Description', 'Target', 'Target (target.type)', 'IP address'])
  expect(newest).toEqual(['2026-03-02T09:01:59.000+01:00', 'Ada Byron', '', 'report.view', '', 'Report 120', 'report', ''])
  expect(more).toHaveLength(119)
  const json = JSON.parse((await viewer.take('JSON')).text)
  expect(json).toHaveLength(121)
  expect(json[0]).toMatchObject({ action: 'audit_log.exported', actor: { name: 'Access key' } })
  const { name, text } = await viewer.take('NDJSON')
  expect(name).toMatch(/\.ndjson$/)
  expect(before(text.trimEnd().split('\n').map((line) => JSON.parse(line)))).toEqual(before(json))
  await expect(viewer.rows).toHaveCount(50)
  await expect(viewer.frame.locator('details.menu[open]')).toHaveCount(0)
  expect(watch.errors).toEqual([])
  expect(watch.violations).toEqual([])
  // No credential is in any address.
  expect(watch.urls.filter((url) => /session|eyJ/.test(url))).toEqual([])
})

test('the filter of the page is the filter of the file, whichever page is shown', async ({ page, host, log, view }) => {
  const viewer = await open(page, host, view, await filled(log))
  await viewer.choose('Action', 'report.print')
  await expect(viewer.total).toHaveText('60 events')
  await viewer.pager.getByRole('link', { name: 'Older' }).click()
  await expect(viewer.rows).toHaveCount(10)
  const { text } = await viewer.take('CSV')
  expect(rows(text)).toHaveLength(61)
  expect(text).not.toContain('report.view')
  await viewer.filter('Outcome').selectOption('failure')
  await expect(viewer.total).toHaveText('No events')
  await expect(viewer.export).toHaveCount(0)
})

test('a file needs no cookie, and a session that is over is renewed for it', async ({ page, context, host, log, view }) => {
  await page.clock.install()
  const client = await filled(log)
  host.serve('/token', () => ({ body: sign(view, claims(view, client.uuid)) }))
  await page.goto(host.serve('/', hostPage(call(`view: '${view.id}', tokenUrl: '/token'`))))
  const viewer = await new Viewer(page).alive()
  await context.clearCookies()
  await page.clock.setFixedTime(Date.now() + 20 * 60_000)
  const before = host.asked.filter((path) => path === '/token').length
  expect(JSON.parse((await viewer.take('JSON')).text)).toHaveLength(120)
  expect(host.asked.filter((path) => path === '/token').length).toBe(before + 1)
})

test('the menu is used by keys, and Esc gives the focus back', async ({ page, host, log, view }) => {
  const viewer = await open(page, host, view, await filled(log))
  await viewer.export.focus()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  await expect(viewer.frame.locator('a[data-file="csv"]')).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(viewer.export).toBeFocused()
  await expect(viewer.frame.locator('a[data-file="csv"]')).toBeHidden()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  const begun = page.waitForEvent('download')
  await page.keyboard.press('Enter')
  expect((await begun).suggestedFilename()).toMatch(/\.csv$/)
  await expect(viewer.export).toBeFocused()
  await expect(viewer.frame.getByRole('status').filter({ hasText: 'The export has begun' })).toBeAttached()
})

test('without export in its scope a token shows no menu and gets no file', async ({ page, request, host, log, view }) => {
  const client = await filled(log)
  const token = sign(view, claims(view, client.uuid, { scope: 'read' }))
  const opening = page.waitForResponse((response) => response.request().method() === 'POST' && response.url().includes('/embed/'))
  await page.goto(host.serve('/', hostPage(call(withToken(view, token)))))
  const session = (await (await opening).text()).match(/data-session="([^"]+)"/)?.[1] ?? ''
  const viewer = await new Viewer(page).alive()
  await expect(viewer.rows).toHaveCount(50)
  await expect(viewer.export).toHaveCount(0)
  const base = (await viewer.address()).split('?')[0]
  const refused = await request.post(`${SERVER}${base}/export?format=csv`, { form: { session } })
  expect(refused.status()).toBe(403)
  expect(await refused.text()).not.toContain('report.view')
})

test('what senders wrote runs in no spreadsheet', async ({ page, host, log, view }) => {
  const client = freshClient()
  const hostile = ['=HYPERLINK("https://evil.test","x")', '+1', '-1', '@SUM(A1)', '\t=1', '＝1', 'a;=1', '","=1']
  await log.send(client, hostile.map((text) => ({ action: 'x', description: text, actor: { uuid: 'u', name: text } })))
  await page.goto(host.serve('/', hostPage(call(withKey(view, client.uuid)))))
  const viewer = await new Viewer(page).alive()
  const { text } = await viewer.take('CSV')
  const cells = [...text.matchAll(/"((?:[^"]|"")*)"(?:,|\r\n)/g)].map(([, cell]) => cell.replaceAll('""', '"'))
  expect(cells.filter((cell) => /^[=+\-@\t\r\n＝]/.test(cell))).toEqual([])
  for (const cell of hostile.slice(0, 6)) expect(cells).toContain(`'${cell}`)
  for (const cell of hostile.slice(6)) expect(cells).toContain(cell)
  const json = before(JSON.parse((await viewer.take('JSON')).text)) as unknown as { description: string }[]
  expect(json.map(({ description }) => description).reverse()).toEqual(hostile)
})

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false })

  test('the menu opens, and its links are files', async ({ page, host, log, view }) => {
    const client = await filled(log)
    await page.goto(host.serve('/', hostPage(form(view, { accessKey: view.accessKey, clientId: client.uuid }))))
    await page.getByRole('button', { name: 'Show the log' }).click()
    const viewer = new Viewer(page)
    await expect(viewer.rows).toHaveCount(50)
    expect(rows((await viewer.take('CSV')).text)).toHaveLength(121)
    await viewer.export.click()
    expect(before(JSON.parse((await viewer.take('JSON')).text))).toHaveLength(120)
    await expect(viewer.rows).toHaveCount(50)
  })
})
