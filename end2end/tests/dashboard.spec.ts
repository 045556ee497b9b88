// What the company's own people see of all clients.
import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures'
import { Log, type NewEvent } from '../log'
import type { OwnProduct } from '../own_product'
import { setUp } from '../pages/admin'
import { expectNoViolationsDayAndNight as accessible } from '../pages/axe'

const HOUR = 3_600_000
const HOME = '/admin/projects/default'

/** Sixty events of three clients, the last an hour ago, every fifth a failure. */
async function fill(own: OwnProduct) {
  const log = new Log(own)
  for (const [at, name] of ['Acme', 'Brightwater', 'Kaiyo 海洋'].entries()) {
    const event = (step: number): NewEvent => ({
      action: ['user.invite', 'invoice.paid', 'report.view'][step % 3] ?? '',
      actor: { uuid: `actor-${step % 4}`, name: `Person ${step % 4}` },
      outcome: step % 5 ? 'success' : 'failure',
      time: new Date(Date.now() - (step + 1) * HOUR * (at + 1)).toISOString(),
    })
    await log.send({ uuid: `client-${at}`, name }, Array.from({ length: 20 }, (_, step) => event(step)))
  }
}

/** The number that stands before a word of the figures. */
const figure = (page: Page, word: string) => page.locator('.figures li', { hasText: word }).locator('strong')

test('the overview shows all clients at once and leads to the events behind each bar', async ({ page, own }) => {
  await fill(own)
  await setUp(page, own.setUp)
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible()
  await expect(page.getByText('Times in Europe/Stockholm')).toBeVisible()
  await expect(figure(page, 'events')).toHaveText('60')
  await expect(figure(page, 'failed')).toHaveText('12')
  await accessible(page)
  await page.getByRole('link', { name: '24 hours' }).click()
  const bars = page.locator('#bars .whole')
  await expect(bars).toHaveCount(24)
  const told = (await bars.nth(20).getAttribute('aria-label'))?.match(/(\d+) events?/)?.[1]
  await bars.nth(20).focus()
  await page.keyboard.press('Enter')
  await expect(page.locator('#total')).toHaveText(new RegExp(`^${told} events?$`))
  await page.goBack()
  const part = page.locator('#bars .piece', { has: page.locator('.failed') }).last()
  const failed = (await part.getAttribute('aria-label'))?.match(/Failed: (\d+)/)?.[1]
  await part.click()
  await expect(page.locator('#total')).toHaveText(new RegExp(`^${failed} events?$`))
  await expect(page.locator('#chips')).toContainText('that failed')
  await page.goBack()
  await page.getByRole('link', { name: 'user.invite' }).first().click()
  await expect(page.locator('#chips')).toContainText('of action user.invite')
  await accessible(page)
})

test('a stretch of time is looked at closer, by pointer and by keyboard', async ({ page, own }) => {
  await fill(own)
  await setUp(page, own.setUp)
  await page.goto(`${own.origin}${HOME}?range=24h&by=kind`)
  const bars = page.locator('#bars .whole')
  const [from, through] = await Promise.all([bars.nth(12), bars.nth(17)].map((bar) => bar.boundingBox()))
  if (!from || !through) throw new Error('a bar is not drawn')
  await page.mouse.move(from.x + from.width / 2, from.y + 30)
  await page.mouse.down()
  await page.mouse.move(through.x + through.width / 2, through.y + 40, { steps: 4 })
  await page.mouse.up()
  await expect(page).toHaveURL(/from=.*through=/)
  await expect(page).toHaveURL(/by=kind/)
  await expect(bars, 'six hours, in quarters').toHaveCount(24)
  await page.goto(`${own.origin}${HOME}?range=24h`)
  await bars.last().focus()
  for (const key of ['ArrowLeft', 'Shift+ArrowLeft', 'Shift+ArrowLeft']) await page.keyboard.press(key)
  await expect(bars.nth(20)).toBeFocused()
  expect(await page.locator('#bars [tabindex="0"]').count(), 'one stop of the Tab key').toBe(1)
  await page.keyboard.press('Enter')
  await expect(bars, 'three hours, in quarters').toHaveCount(12)
  await accessible(page)
})

test('without scripts there are the same charts, tables and times', async ({ browser, page, own }) => {
  await fill(own)
  await setUp(page, own.setUp)
  const context = await browser.newContext({ javaScriptEnabled: false, storageState: await page.context().storageState() })
  const plain = await context.newPage()
  await plain.goto(own.origin + HOME)
  await expect(figure(plain, 'events')).toHaveText('60')
  await plain.locator('.timeline summary').click()
  const row = plain.locator('.timeline tbody tr', { hasText: /[1-9]/ }).first()
  const count = await row.locator('td').first().innerText()
  await row.locator('th a').click()
  await expect(plain.locator('#total')).toHaveText(new RegExp(`^${count} events?$`))
  await plain.goto(own.origin + HOME)
  await plain.locator('.other summary').click()
  await plain.getByLabel('From').fill('2020-01-01')
  await plain.getByLabel('Through').fill('2020-01-02')
  await plain.getByRole('button', { name: 'Show' }).click()
  await expect(figure(plain, 'events')).toHaveText('0')
  await context.close()
})

test('a client has a page of its own, and a log', async ({ page, own }) => {
  await fill(own)
  await setUp(page, own.setUp)
  await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Clients' }).click()
  await expect(page.locator('tbody tr')).toHaveCount(3)
  await accessible(page)
  await page.getByLabel('Name or id').fill('kaiyo')
  await page.keyboard.press('Enter')
  await page.getByRole('link', { name: 'Kaiyo 海洋', exact: true }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Kaiyo 海洋')
  await expect(figure(page, 'events')).toHaveText('20')
  await accessible(page)
  await page.getByRole('link', { name: 'Open the log' }).click()
  await expect(page.locator('#total')).toHaveText('20 events')
  await expect(page.locator('#chips')).toContainText('of client Kaiyo 海洋')
})

test('the events of all clients are filtered in place, like a customer’s', async ({ page, own }) => {
  await fill(own)
  await setUp(page, own.setUp)
  await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Events' }).click()
  await expect(page.locator('#total')).toHaveText('60 events')
  await page.locator('body[data-alive]').waitFor()
  await page.evaluate(() => document.body.setAttribute('data-same', ''))
  await page.locator('summary#f-client').click()
  await page.locator('details.menu[open] li a').filter({ hasText: 'Brightwater' }).first().click()
  await expect(page.locator('#total')).toHaveText('20 events')
  await page.locator('#events .details').first().click()
  await expect(page.locator('#details')).toBeVisible()
  await accessible(page)
  await page.keyboard.press('Escape')
  await expect(page.locator('#details')).toHaveCount(0)
  await page.getByLabel('of client Brightwater: remove this filter').click()
  await expect(page.locator('#total')).toHaveText('60 events')
  await page.locator('#events').getByRole('link', { name: 'Acme' }).first().click()
  await expect(page.locator('#chips')).toContainText('of client Acme')
  await expect(page.locator('body[data-same]'), 'the page was never left').toHaveCount(1)
})

test('what is found is taken away as a file, and what has come since is told', async ({ page, own }) => {
  await fill(own)
  await setUp(page, own.setUp)
  await page.goto(`${own.origin}${HOME}/events?client=client-0&outcome=failure`)
  await page.locator('body[data-alive]').waitFor()
  await page.locator('summary').filter({ hasText: 'Export' }).click()
  const begun = page.waitForEvent('download')
  await page.locator('a[data-file="json"]').click()
  const events = JSON.parse(await readFile(await (await begun).path(), 'utf8'))
  expect(events).toHaveLength(4)
  await new Log(own).send({ uuid: 'client-0', name: 'Acme' }, [{ action: 'just.now', outcome: 'failure' }, { action: 'just.now' }])
  const news = page.getByRole('link', { name: '1 new event' })
  await expect(news).toBeVisible({ timeout: 15_000 })
  await accessible(page)
  await news.click()
  await expect(page.locator('tbody tr').first()).toContainText('just.now')
  await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Trail' }).click()
  await expect(page.locator('tbody')).toContainText('Exported events')
  await accessible(page)
})

test('the pages fit a phone', async ({ page, own }) => {
  await fill(own)
  await page.setViewportSize({ width: 390, height: 760 })
  await setUp(page, own.setUp)
  for (const path of ['', '?range=12mo', '/events', '/clients', '/clients/client-2', '/trail']) {
    await page.goto(own.origin + HOME + path)
    // An open menu may lie over the next one.
    for (const summary of await page.locator('main summary').all()) await summary.dispatchEvent('click')
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    expect(over, path).toBeLessThanOrEqual(0)
  }
})
