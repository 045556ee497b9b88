// The viewer on a phone, down to the narrowest.
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures'
import { page as hostPage, snippet } from '../hosts/snippets'
import { freshClient } from '../log'
import { Demo } from '../pages/demo'
import { Viewer } from '../pages/viewer'

test.use({ hasTouch: true, isMobile: true })

async function expectPageFits(page: Page) {
  const [whole, seen] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth])
  expect(whole, 'the width of the host page').toBeLessThanOrEqual(seen)
}

/** Things to touch that are smaller than 24 by 24 pixels, where nothing excuses it (WCAG 2.5.8). */
function smallTargets(viewer: Viewer): Promise<string[]> {
  return viewer.body.evaluate(() => {
    const found: string[] = []
    for (const element of document.querySelectorAll<HTMLElement>('a[href], button, select, input, summary')) {
      if (!element.checkVisibility({ visibilityProperty: true })) continue
      // A link within a sentence is as high as its line.
      if (element.closest('.pivots, .lead')) continue
      const { width, height } = element.getBoundingClientRect()
      if (width < 24 || height < 24) {
        found.push(`${element.getAttribute('aria-label') ?? element.textContent?.trim()}: ${Math.round(width)} × ${height}`)
      }
    }
    return found
  })
}

for (const width of [390, 320]) {
  test.describe(`at ${width} pixels`, () => {
    test.use({ viewport: { width, height: 844 } })

    test('each event is a card, and nothing is wider than the screen', async ({ page }) => {
      const viewer = await (await new Demo(page).goto({ client: '4071200045' })).alive()
      await expect(viewer.rows).toHaveCount(50)
      await expect(viewer.frame.locator('#events th').filter({ hasText: 'Actor' })).toBeHidden()
      const widths = await viewer.rows.evaluateAll((rows) => rows.map((row) => Math.round(row.getBoundingClientRect().width)))
      expect([...new Set(widths)], 'cards are as wide as each other').toHaveLength(1)
      const card = viewer.rows.first()
      const [head, time, actor] = await Promise.all(
        ['td.heads', 'td.opens', 'td:nth-child(2)'].map((cell) => card.locator(cell).boundingBox()),
      )
      // The action heads the card, the time stands at its side, the actor below.
      expect(time?.x).toBeGreaterThan((head?.x ?? 0) + 40)
      expect(actor?.y).toBeGreaterThan(head?.y ?? 0)
      await viewer.expectNoSidewaysScroll()
      await expectPageFits(page)
      expect(await smallTargets(viewer)).toEqual([])
    })

    test('filters and their panel fit', async ({ page }) => {
      const viewer = await (await new Demo(page).goto({ client: '4071200013' })).alive()
      await viewer.filter('Outcome').selectOption('failure')
      await expect(viewer.chips).toContainText('that failed')
      await viewer.frame.locator('#f-time').tap()
      await expect(viewer.frame.getByLabel('From')).toBeVisible()
      await viewer.expectNoSidewaysScroll()
      expect(await smallTargets(viewer)).toEqual([])
      await viewer.frame.locator('#f-time').tap()
      await viewer.export.tap()
      await expect(viewer.frame.getByRole('link', { name: /^NDJSON/ })).toBeVisible()
      await viewer.expectNoSidewaysScroll()
      expect(await smallTargets(viewer)).toEqual([])
      await viewer.frame.locator('#f-time').tap()
      await viewer.frame.getByRole('link', { name: 'Last 90 days' }).tap()
      await expect(viewer.chips).toContainText('in the last 90 days')
      await viewer.expectNoSidewaysScroll()
    })

    test('an event opens by a touch, as a sheet as wide as the screen, and closes', async ({ page }) => {
      const viewer = await (await new Demo(page).goto({ client: '4071200013' })).alive()
      const row = viewer.rows.nth(2)
      const opener = viewer.opener(row)
      const name = (await opener.getAttribute('aria-label')) ?? ''
      await opener.tap()
      await expect(viewer.drawer).toBeVisible()
      const [sheet, frame] = await Promise.all([viewer.drawer.boundingBox(), page.locator('iframe').boundingBox()])
      expect(Math.abs((sheet?.width ?? 0) - (frame?.width ?? 0)), 'as wide as the frame').toBeLessThanOrEqual(2)
      await expect(viewer.drawer.getByRole('heading', { level: 2 })).toBeInViewport()
      await viewer.expectNoSidewaysScroll()
      expect(await smallTargets(viewer)).toEqual([])
      await viewer.frame.getByRole('link', { name: 'Close details' }).tap()
      await expect(viewer.drawer).toHaveCount(0)
      expect(await viewer.opener(row).getAttribute('aria-label')).toBe(name)
      await expect(row).toBeInViewport()
    })

    test('far down in a long list, the sheet opens where the reader is', async ({ page }) => {
      const viewer = await (await new Demo(page).goto({ client: '4071200013' })).alive()
      const row = viewer.rows.nth(40)
      await viewer.opener(row).tap()
      await expect(viewer.drawer.getByRole('heading', { level: 2 })).toBeInViewport()
      await expect(viewer.frame.getByRole('link', { name: 'Close details' })).toBeInViewport()
      await viewer.frame.getByRole('link', { name: 'Older event' }).tap()
      await expect(viewer.frame.locator('#events tr.open td.heads')).toHaveText((await viewer.rows.nth(41).locator('td.heads').textContent()) ?? '')
      await expect(viewer.drawer.getByRole('heading', { level: 2 })).toBeInViewport()
      await viewer.frame.getByRole('link', { name: 'Close details' }).tap()
      await expect(viewer.rows.nth(41)).toBeInViewport()
    })

    test('words without an end break within their card', async ({ page, host, log, view }) => {
      const client = freshClient('N'.repeat(200))
      const long = 'w'.repeat(255)
      await log.send(client, [
        {
          action: long,
          description: long,
          actor: { uuid: long, name: long, email: `${long}@x.test` },
          target: { type: long, uuid: long, label: long },
          changes: [{ field: long, before: long, after: long }],
          metadata: { [long]: long },
        },
      ])
      await page.goto(host.serve('/', hostPage(snippet(view, client.uuid))))
      const viewer = await new Viewer(page).alive()
      await viewer.expectNoSidewaysScroll()
      await viewer.opener(viewer.rows.first()).tap()
      await expect(viewer.drawer).toBeVisible()
      await viewer.expectNoSidewaysScroll()
      await expectPageFits(page)
    })
  })
}
