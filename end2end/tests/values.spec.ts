// No list shortens in silence: it says how many more there are, and there is a way to them.
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures'
import { form, page as hostPage, snippet } from '../hosts/snippets'
import type { Host } from '../hosts/host'
import { type Log, freshClient, history } from '../log'
import { expectNoViolationsDayAndNight } from '../pages/axe'
import { Viewer } from '../pages/viewer'
import type { View } from '../product'

/** A log of 130 people, each with an action and a target of their own; the last three did more. */
async function filled(log: Log) {
  const client = freshClient()
  const events = history(260, (at) => {
    const person = Math.min(at % 200, 129)
    return {
      actor: { uuid: `u-${person}`, name: `Person ${person} Ångström` },
      action: `thing.act_${person}`,
      target: { type: `kind ${person}`, uuid: `t-${person}`, label: `Target ${person}` },
    }
  })
  await log.send(client, events)
  return client
}

async function open(page: Page, host: Host, log: Log, view: View): Promise<Viewer> {
  const client = await filled(log)
  await page.goto(host.serve('/', hostPage(snippet(view, client.uuid))))
  return new Viewer(page)
}

test('a list says how many more there are, and typing finds them', async ({ page, host, log, view }) => {
  const viewer = await (await open(page, host, log, view)).alive()
  for (const list of ['Actor', 'Action', 'Target type'] as const) {
    await viewer.chosen(list).click()
    await expect(viewer.menu(list).locator('li')).toHaveCount(20)
    await expect(viewer.menu(list).locator('.zone-note')).toHaveText('110 more: type to find them')
  }
  await viewer.chosen('Actor').click()
  await viewer.frame.getByRole('searchbox', { name: 'Find actors' }).fill('PERSON 42')
  await expect(viewer.menu('Actor').locator('li')).toHaveText([/^Person 42 Ångström\s+2$/])
  await expect(viewer.frame.getByRole('status').filter({ hasText: '1 match' })).toHaveCount(1)
  // Whatever is typed, no more than fit are listed, and their number is said.
  await viewer.frame.getByRole('searchbox', { name: 'Find actors' }).fill('angstrom')
  await expect(viewer.menu('Actor').locator('.zone-note')).toHaveText('80 more match: type more to find them')
  await expectNoViolationsDayAndNight(page)
  await viewer.frame.getByRole('searchbox', { name: 'Find actors' }).fill('nobody')
  await expect(viewer.menu('Actor').locator('.zone-note')).toHaveText('No actors match')
  await viewer.frame.getByRole('searchbox', { name: 'Find actors' }).fill('u-42')
  await viewer.menu('Actor').getByRole('link', { name: /Person 42/ }).click()
  await expect(viewer.total).toHaveText('2 events')
  await expect(viewer.chosen('Actor')).toHaveText('Actor: Person 42 Ångström')
  await viewer.choose('Actor', 'Any actor')
  await expect(viewer.total).toHaveText('260 events')
})

test('targets are found by name, id and type', async ({ page, host, log, view }) => {
  const viewer = await (await open(page, host, log, view)).alive()
  await viewer.chosen('Target').click()
  await expect(viewer.menu('Target').locator('.zone-note')).toHaveText('Type a name, an ID or a type')
  for (const text of ['target 42', 't-42', 'kind 42']) {
    await viewer.frame.getByRole('searchbox', { name: 'Find targets' }).fill(text)
    await expect(viewer.menu('Target').locator('li').filter({ hasText: 'Target 42' })).toHaveCount(1)
  }
  await viewer.menu('Target').getByRole('link', { name: /Target 42/ }).click()
  await expect(viewer.total).toHaveText('2 events')
  await expect(viewer.chips).toContainText('on Target 42')
})

test('an event of many targets says how many more, and its details have all', async ({ page, host, log, view }) => {
  const client = freshClient()
  const targets = Array.from({ length: 40 }, (_, at) => ({ type: 'file', uuid: `f-${at}`, label: `File ${at}` }))
  await log.send(client, [{ action: 'files.move', targets }, { action: 'files.move', targets: targets.slice(0, 1) }])
  await page.goto(host.serve('/', hostPage(snippet(view, client.uuid))))
  const viewer = await new Viewer(page).alive()
  const further = viewer.rows.last().locator('.further')
  await expect(further).toHaveText('+39')
  await expect(further).toHaveAccessibleName('and 39 more in the details')
  await expect(viewer.rows.first().locator('.further')).toHaveCount(0)
  await further.click()
  await expect(viewer.drawer.getByRole('heading', { level: 2 })).toHaveText('Ada Byron performed files.move on file File 0 and 39 more')
  await expect(viewer.drawer.locator('dl').getByText(/^File \d+$/)).toHaveCount(40)
  await expectNoViolationsDayAndNight(page)
})

test('rows of the hour that the clock repeats say which one they are of', async ({ page, host, log, view }) => {
  const client = freshClient()
  const times = ['2026-10-24T23:59:00Z', '2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z', '2026-10-25T02:00:00Z']
  await log.send(client, times.map((time) => ({ action: 'night.watch', time })))
  await page.goto(host.serve('/', hostPage(snippet(view, client.uuid))))
  const viewer = await new Viewer(page).alive()
  const shown = viewer.rows.locator('td.opens time').filter({ hasText: ':' })
  await expect(shown).toHaveText(['03:00:00', '02:30:00 UTC+1', '02:30:00 UTC+2', '01:59:00'])
})

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false })

  test('a form finds a value, and a link filters by it', async ({ page, host, log, view }) => {
    const client = await filled(log)
    await page.goto(host.serve('/', hostPage(form(view, { accessKey: view.accessKey, clientId: client.uuid }))))
    await page.getByRole('button', { name: 'Show the log' }).click()
    const viewer = new Viewer(page)
    await expect(viewer.total).toHaveText('260 events')
    await viewer.chosen('Actor').click()
    await viewer.frame.getByRole('searchbox', { name: 'Find actors' }).fill('person 42')
    await viewer.menu('Actor').getByRole('button', { name: 'Find' }).click()
    await expect(viewer.menu('Actor')).toHaveAttribute('open')
    await expect(viewer.total).toHaveText('260 events')
    await expect(viewer.menu('Actor').locator('li')).toHaveText([/^Person 42 Ångström/])
    await viewer.menu('Actor').getByRole('link', { name: /Person 42/ }).click()
    await expect(viewer.total).toHaveText('2 events')
    await expect(viewer.chips).toContainText('by Person 42')
  })
})
