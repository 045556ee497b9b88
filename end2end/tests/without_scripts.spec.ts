// The viewer without any script, and with scripts but without WASM: links and forms do everything.
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures'
import { form, page as hostPage, snippet } from '../hosts/snippets'
import type { Host } from '../hosts/host'
import { type Log, freshClient, history } from '../log'
import { Viewer } from '../pages/viewer'
import { SERVER, type View } from '../product'
import { claims, sign } from '../token'

/** Opens a log of 120 events by a plain form. */
async function open(page: Page, host: Host, log: Log, view: View): Promise<Viewer> {
  const client = freshClient()
  await log.send(
    client,
    history(120, (at) => ({
      action: at % 2 ? 'report.view' : 'report.print',
      outcome: at % 40 === 0 ? { result: 'failure', reason: 'No paper' } : 'success',
      actor: { uuid: `u-${at % 3}`, name: `Reader ${at % 3}` },
      metadata: { copies: at },
    })),
  )
  const fields = { accessKey: view.accessKey, clientId: client.uuid, timeZone: 'Asia/Tokyo', locale: 'en-GB' }
  await page.goto(host.serve('/', hostPage(form(view, fields))))
  await page.getByRole('button', { name: 'Show the log' }).click()
  const viewer = new Viewer(page)
  await expect(viewer.rows).toHaveCount(50)
  await expect(viewer.total).toHaveText('120 events')
  return viewer
}

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false })

  test('a token opens the log by a form as well', async ({ page, host, log, view }) => {
    const client = freshClient()
    await log.send(client, [{ action: 'plain.html' }])
    await page.goto(host.serve('/', hostPage(form(view, { token: sign(view, claims(view, client.uuid)) }))))
    await page.getByRole('button', { name: 'Show the log' }).click()
    await expect(new Viewer(page).row('plain.html')).toBeVisible()
  })

  test('pages lead to older events and back', async ({ page, host, log, view }) => {
    const viewer = await open(page, host, log, view)
    await expect(viewer.rows.first()).toContainText('Report 120')
    await viewer.pager.getByRole('link', { name: 'Older' }).click()
    await expect(viewer.rows.first()).toContainText('Report 70')
    await viewer.pager.getByRole('link', { name: 'Older' }).click()
    await expect(viewer.rows).toHaveCount(20)
    await expect(viewer.rows.last()).toContainText('Report 1')
    await expect(viewer.pager.getByText('The log begins here')).toBeVisible()
    await viewer.pager.getByRole('link', { name: 'Newer' }).click()
    await expect(viewer.rows.first()).toContainText('Report 70')
    await viewer.pager.getByRole('link', { name: 'Newer' }).click()
    await expect(viewer.rows.first()).toContainText('Report 120')
  })

  test('the form searches and filters, and chips take filters away', async ({ page, host, log, view }) => {
    const viewer = await open(page, host, log, view)
    await viewer.choose('Actor', 'Reader 0')
    await viewer.choose('Action', 'report.view')
    await viewer.search.fill('\"Report 7\"')
    await viewer.frame.getByRole('button', { name: 'Search', exact: true }).click()
    // Of 7 and 70 to 79: those in odd places that Reader 0 read.
    await expect(viewer.rows).toHaveCount(2)
    await expect(viewer.search).toHaveValue('"Report 7"')
    await expect(viewer.chosen('Actor')).toHaveText('Actor: Reader 0')
    await expect(viewer.chips.getByRole('listitem')).toHaveText([
      /matching\s+“"Report 7"”/,
      /by\s+Reader 0/,
      /of action\s+report.view/,
      'Clear all',
    ])
    await viewer.chips.getByRole('link', { name: /^matching/ }).click()
    await expect(viewer.total).toHaveText('20 events')
    await viewer.chips.getByRole('link', { name: 'Clear all' }).click()
    await expect(viewer.total).toHaveText('120 events')
  })

  test('a time range is chosen by a link or by dates', async ({ page, host, log, view }) => {
    const viewer = await open(page, host, log, view)
    await viewer.frame.locator('#f-time').click()
    await viewer.frame.getByLabel('From').fill('2026-03-02')
    await viewer.frame.getByLabel('Through').fill('2026-03-02')
    await viewer.frame.locator('#time').getByRole('button', { name: 'Apply' }).click()
    await expect(viewer.total).toHaveText('120 events')
    await expect(viewer.chips).toContainText('from 2 Mar 2026')
    await viewer.frame.locator('#f-time').click()
    await viewer.frame.getByRole('link', { name: 'Last hour' }).click()
    await expect(viewer.frame.getByRole('heading', { name: 'No events match' })).toBeVisible()
    await viewer.frame.getByRole('link', { name: 'Clear all filters' }).click()
    await expect(viewer.total).toHaveText('120 events')
  })

  test('details open, lead on to their neighbours, and close', async ({ page, host, log, view }) => {
    const viewer = await open(page, host, log, view)
    await viewer.open(viewer.row('Report 119'))
    await expect(viewer.drawer.getByRole('heading', { level: 2 })).toHaveText('Reader 1 performed report.print on report Report 119')
    await expect(viewer.fact('Metadata', 'copies')).toHaveText('118')
    await viewer.drawer.getByRole('link', { name: 'Newer event' }).click()
    await expect(viewer.fact('Metadata', 'copies')).toHaveText('119')
    await viewer.drawer.getByRole('link', { name: 'Older event' }).click()
    await expect(viewer.fact('Metadata', 'copies')).toHaveText('118')
    await viewer.drawer.getByText('As it was sent').click()
    await expect(viewer.drawer.locator('#raw')).toContainText('"copies": 118')
    await viewer.frame.getByRole('link', { name: 'Close details' }).click()
    await expect(viewer.drawer).toHaveCount(0)
    await expect(viewer.rows).toHaveCount(50)
  })

  test('a cell filters, and times change their zone', async ({ page, host, log, view }) => {
    const viewer = await open(page, host, log, view)
    await expect(viewer.row('Report 120').locator('time').first()).toHaveText('17:01:59')
    await viewer.frame.getByRole('link', { name: /Show UTC$/ }).click()
    await expect(viewer.row('Report 120').locator('time').first()).toHaveText('08:01:59')
    await viewer.row('Report 120').getByRole('link', { name: 'Reader 2', exact: true }).click()
    await expect(viewer.total).toHaveText('40 events')
    await expect(viewer.chips).toContainText('by Reader 2')
    await expect(viewer.row('Report 120').locator('time').first()).toHaveText('08:01:59')
    await viewer.frame.getByRole('link', { name: /Show local time$/ }).click()
    await expect(viewer.row('Report 120').locator('time').first()).toHaveText('17:01:59')
  })

  test('what only scripts can do is not offered', async ({ page, host, log, view }) => {
    const viewer = await open(page, host, log, view)
    await expect(viewer.frame.getByText('for keys')).toBeHidden()
    await viewer.open(viewer.rows.first())
    await expect(viewer.drawer.getByRole('button', { name: 'Copy JSON' })).toBeHidden()
  })
})

test('where WASM does not load, everything still works by links', async ({ page, host, log, view }) => {
  await page.route(`${SERVER}/assets/*.wasm`, (route) => route.abort())
  const client = freshClient()
  await log.send(client, history(60))
  const asked = page.waitForRequest((request) => request.url().endsWith('.wasm'))
  await page.goto(host.serve('/', hostPage(snippet(view, client.uuid))))
  await asked
  const viewer = new Viewer(page)
  await expect(viewer.rows).toHaveCount(50)
  await viewer.open(viewer.rows.first())
  await expect(viewer.drawer.getByRole('heading', { level: 2 })).toContainText('report.view on report Report 60')
  await viewer.frame.getByRole('link', { name: 'Close details' }).click()
  await viewer.pager.getByRole('link', { name: 'Older' }).click()
  await expect(viewer.rows).toHaveCount(10)
  await viewer.search.fill('"Report 33"')
  await viewer.search.press('Enter')
  await expect(viewer.rows).toHaveCount(1)
  // The frame still grows and shrinks with what it holds.
  await expect.poll(async () => (await page.locator('iframe').boundingBox())?.height).toBeLessThan(620)
  await expect(viewer.frame.locator('body[data-alive]')).toHaveCount(0)
})
