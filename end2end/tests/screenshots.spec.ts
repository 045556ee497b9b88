// The pictures of the documentation, made anew by `SCREENSHOTS=1 npx playwright test screenshots`.
import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures'
import { call, page as hostPage, snippet, withToken } from '../hosts/snippets'
import { type NewEvent, freshClient } from '../log'
import { setUp } from '../pages/admin'
import { Demo } from '../pages/demo'
import { Viewer } from '../pages/viewer'
import { claims, sign } from '../token'

const FOLDER = join(import.meta.dirname, '../../docs/images')
/** In bytes; pictures are loaded with the readme. */
const LARGEST = 300_000

test.skip(!process.env.SCREENSHOTS, 'only when pictures are wanted')
test.use({
  deviceScaleFactor: 1.5,
  viewport: { width: 1280, height: 760 },
  locale: 'en-GB',
  timezoneId: 'Europe/London',
  reducedMotion: 'reduce',
})

async function picture(page: Page, name: string) {
  const path = join(FOLDER, `${name}.png`)
  await page.screenshot({ path, animations: 'disabled', caret: 'hide' })
  expect(statSync(path).size).toBeLessThan(LARGEST)
}

/** An event with everything that the drawer can show, among its like. */
const EVENTS: NewEvent[] = [
  {
    action: 'role.update',
    description: 'Changed what the role may do',
    time: '2026-05-12T08:41:07Z',
    actor: { uuid: 'usr_20418', name: 'Helen Marsh', email: 'helen.marsh@brightwater.example' },
    target: { type: 'role', uuid: 'rol_7', label: 'Dispatcher' },
    context: {
      client: { ipAddress: '2001:db8:41::7f', browserAgent: 'Firefox 151 on Linux', location: 'Leith, Scotland' },
      server: { serverId: 'eu-west-2b', service: 'harbour-web' },
    },
    changes: [
      { field: 'permissions', before: ['shipments.read'], after: ['shipments.read', 'shipments.release'] },
      { field: 'approval limit', before: 2500, after: 10000 },
      { field: 'reviewer', after: 'Tomás Okafor' },
    ],
    metadata: { ticket: 'OPS-4127', plan: { name: 'Fleet', seats: 48 } },
    sessionId: 'ses_9f31c2',
  },
]

const plain = (body: string, more = '') =>
  hostPage(body, `<style>body{margin:24px;font:14px system-ui}h1{display:none}${more}</style>`)

test('light', async ({ page }) => {
  const viewer = await (await new Demo(page).goto({ scheme: 'light' })).alive()
  await expect(viewer.rows).toHaveCount(50)
  await picture(page, 'viewer-light')
})

test('dark', async ({ page }) => {
  const viewer = await (await new Demo(page).goto({ scheme: 'dark' })).alive()
  await viewer.filter('Outcome').selectOption('failure')
  await expect(viewer.chips).toContainText('that failed')
  await page.evaluate(() => (document.activeElement as HTMLElement)?.blur())
  await picture(page, 'viewer-dark')
})

test('drawer', async ({ page, host, log, view }) => {
  const client = freshClient('Brightwater Logistics')
  const before = ['role.create', 'user.invite', 'shipment.release', 'login'].map((action, at) => ({
    action,
    time: new Date(Date.parse('2026-05-12T08:02:00Z') + at * 7 * 60_000).toISOString(),
    actor: { uuid: 'usr_20418', name: 'Helen Marsh', email: 'helen.marsh@brightwater.example' },
    target: { type: 'role', uuid: `rol_${at}`, label: ['Dispatcher', 'Auditor', 'Planner', 'Harbour'][at] },
    context: { client: { ipAddress: '2001:db8:41::7f' } },
  }))
  await log.send(client, [...before, ...EVENTS])
  await page.goto(host.serve('/', plain(snippet(view, client.uuid))))
  const viewer = await new Viewer(page).alive()
  await viewer.open(viewer.row('role.update'))
  await picture(page, 'viewer-drawer')
})

test('empty', async ({ page, host, view }) => {
  await page.setViewportSize({ width: 1280, height: 280 })
  await page.goto(host.serve('/', plain(snippet(view, freshClient().uuid))))
  await expect(new Viewer(page).frame.getByRole('heading', { name: 'No events yet' })).toBeVisible()
  await picture(page, 'viewer-empty')
})

test('error', async ({ page, host, view }) => {
  await page.setViewportSize({ width: 1280, height: 280 })
  const now = Math.floor(Date.now() / 1000)
  const expired = sign(view, claims(view, 'acme', { iat: now - 900, exp: now - 120 }))
  await page.goto(host.serve('/', plain(call(withToken(view, expired)))))
  await expect(new Viewer(page).notice).toBeVisible()
  await picture(page, 'viewer-error')
})

test('rtl', async ({ page, host, view }) => {
  await page.setViewportSize({ width: 1080, height: 520 })
  await page.goto(host.serve('/', plain(snippet(view, '4071200013'), '#audit-log{direction:rtl}')))
  const viewer = await new Viewer(page).alive()
  await viewer.open(viewer.rows.nth(2))
  await picture(page, 'viewer-rtl')
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true })

  test('phone', async ({ page, host, view }) => {
    await page.goto(host.serve('/', plain(snippet(view, '4071200013'), 'body{margin:8px}')))
    const viewer = await new Viewer(page).alive()
    await expect(viewer.rows).toHaveCount(50)
    await picture(page, 'viewer-phone')
  })
})

test('the page of API keys', async ({ page, own }) => {
  await page.goto(own.setUp)
  await page.getByLabel('Your name').fill('Anna Berg')
  await page.getByLabel('E-mail address').fill('anna@harbour.example')
  await page.getByLabel('Password').fill('seven small boats')
  await page.getByRole('button', { name: 'Create my account' }).click()
  for (const name of ['Billing service', 'Staging', 'Mobile gateway, production']) {
    await page.getByLabel('Name').fill(name)
    await page.getByRole('button', { name: 'Create a key' }).click()
    await expect(page.getByRole('row', { name })).toBeVisible()
  }
  await page.goto(`${own.origin}/admin/projects/default/keys`)
  const staging = page.getByRole('row', { name: 'Staging' })
  await staging.getByLabel('Revoke Staging').click()
  await staging.getByRole('button', { name: 'Revoke key' }).click()
  await picture(page, 'admin-keys')
})

test('the page of a client’s own branding', async ({ page, own }) => {
  await page.setViewportSize({ width: 1280, height: 900 })
  await setUp(page, own.setUp)
  await page.goto(`${own.origin}/admin/projects/default/views`)
  await page.getByRole('link', { name: 'Customize' }).click()
  await page.getByRole('navigation', { name: 'This view' }).getByRole('link', { name: 'Clients' }).click()
  await page.getByLabel('Client id').fill('brightwater')
  await page.getByRole('button', { name: 'Open' }).click()
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="28" height="28">
    <path d="M2 15c4-5 6 3 10-2s6-3 10 1v6H2z" fill="#0b6b74"/><circle cx="17" cy="6" r="3" fill="#e5a54b"/></svg>`
  await page.getByLabel('Upload: Logo', { exact: true }).setInputFiles({ name: 'logo.svg', mimeType: 'image/svg+xml', buffer: Buffer.from(svg) })
  await expect(page.getByLabel('Logo', { exact: true })).toHaveValue(/pictures/)
  await page.getByLabel('Title').fill('Brightwater activity')
  await page.getByLabel('Accent', { exact: true }).fill('#0b6b74')
  await page.getByLabel('Links').fill('Help https://help.brightwater.example\nStatus https://status.brightwater.example')
  await page.getByRole('button', { name: 'Save changes' }).click()
  await expect(page.frameLocator('.seen').locator('tbody tr').first()).toBeVisible()
  await picture(page, 'admin-branding')
})
