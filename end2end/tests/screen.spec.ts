// A log in the middle of a long page: what the reader uses is on the screen, although the frame is as high as all of it.
import type { Locator, Page } from '@playwright/test'
import { expect, test } from '../fixtures'
import { page as hostPage, snippet, withKey, call } from '../hosts/snippets'
import type { Host } from '../hosts/host'
import { type Log, freshClient, history } from '../log'
import { expectNoViolationsDayAndNight } from '../pages/axe'
import { Viewer } from '../pages/viewer'
import type { View } from '../product'

/** A page that is high above and below the log. */
function tall(log: string, above = 700): string {
  return hostPage(`<div style="height:${above}px">Above the log</div>${log}<div style="height:1500px">Below the log</div>`)
}

async function open(page: Page, host: Host, log: Log, view: View, around = tall): Promise<Viewer> {
  const client = freshClient()
  const metadata = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`key ${at}`, `value ${at}`]))
  await log.send(client, history(50, () => ({ metadata })))
  await page.goto(host.serve('/', around(snippet(view, client.uuid))))
  const viewer = await new Viewer(page).alive()
  await expect(viewer.frame.locator('body[data-grown]')).toBeAttached()
  return viewer
}

/** Where an element is on the screen. */
async function place(element: Locator) {
  const box = await element.boundingBox()
  return { top: box?.y ?? -1, bottom: (box?.y ?? -1) + (box?.height ?? 0) }
}

/** All of it, as soon as it has come to rest. */
async function expectOnScreen(page: Page, element: Locator, what: string) {
  const height = page.viewportSize()?.height ?? 0
  await expect
    .poll(async () => {
      const { top, bottom } = await place(element)
      return top >= -1 && bottom <= height + 1 ? 'on the screen' : `from ${top} to ${bottom} of ${height}`
    }, { message: what })
    .toBe('on the screen')
}

/** What has the focus in the frame. */
function focused(viewer: Viewer): Locator {
  return viewer.frame.locator(':focus')
}

for (const direction of ['ltr', 'rtl'] as const) {
  test.describe(`from ${direction === 'ltr' ? 'left to right' : 'right to left'}`, () => {
    test.use({ viewport: { width: 1280, height: 900 } })
    const around = (log: string) => tall(log).replace('<html', `<html dir="${direction}"`)

    test('j, Enter, Escape and ? keep the focus on the screen with the table below the fold', async ({ page, host, log, view }) => {
      // Some fifty steps, each of which is waited for.
      test.slow()
      const viewer = await open(page, host, log, view, around)
      await viewer.search.focus()
      await page.keyboard.press('Escape')
      await viewer.frame.locator('#f-time').focus()
      for (let at = 0; at < 12; at += 1) {
        await page.keyboard.press('j')
        await expectOnScreen(page, focused(viewer), `the row after ${at} steps`)
      }
      await page.keyboard.press('Enter')
      const heading = viewer.drawer.getByRole('heading', { level: 2 })
      await expect(heading).toBeFocused()
      await expectOnScreen(page, heading, 'the details’ heading')
      await expectOnScreen(page, viewer.drawer, 'all of the details')
      for (let at = 0; at < 12; at += 1) {
        const before = await heading.textContent()
        await page.keyboard.press('j')
        await expect(heading).not.toHaveText(before ?? '')
        await expect(heading).toBeFocused()
        await expectOnScreen(page, heading, `the heading ${at} events on`)
      }
      await expectOnScreen(page, viewer.frame.locator('#events tr.open'), 'the row that is open')
      await page.keyboard.press('?')
      const keys = viewer.frame.getByRole('dialog', { name: 'Keys' })
      await expectOnScreen(page, keys, 'the keys')
      await expectOnScreen(page, focused(viewer), 'the button that closes them')
      await page.keyboard.press('Escape')
      await expect(keys).toBeHidden()
      await page.keyboard.press('Escape')
      await expect(viewer.drawer).toHaveCount(0)
      await expectOnScreen(page, focused(viewer), 'the row whose details were open')
      for (let at = 0; at < 25; at += 1) await page.keyboard.press('k')
      await expectOnScreen(page, focused(viewer), 'a row further up')
    })

    test('the details follow the page as it scrolls', async ({ page, host, log, view }) => {
      const viewer = await open(page, host, log, view, around)
      await viewer.opener(viewer.rows.nth(3)).click()
      const close = viewer.frame.getByRole('link', { name: 'Close details' })
      await expectOnScreen(page, close, 'closing')
      for (const top of [1200, 1700, 900]) {
        await page.evaluate((top) => scrollTo(0, top), top)
        await expectOnScreen(page, close, `closing, scrolled to ${top}`)
        await expectOnScreen(page, viewer.drawer, `the details, scrolled to ${top}`)
      }
      // Past the log they stay with it.
      await page.evaluate(() => scrollTo(0, document.body.scrollHeight))
      await expect.poll(async () => (await place(viewer.drawer)).bottom).toBeLessThan(300)
    })
  })
}

test('a row at the lower end of the screen opens details that can be read', async ({ page, host, log, view }) => {
  await page.setViewportSize({ width: 1280, height: 900 })
  const viewer = await open(page, host, log, view, (log) => tall(log, 500))
  await page.evaluate(() => scrollTo(0, 0))
  await viewer.opener(viewer.rows.first()).click()
  // They open in what little can be seen, and grow once the page has made room.
  await expect
    .poll(async () => {
      const { top, bottom } = await place(viewer.drawer)
      return bottom - top
    })
    .toBeGreaterThan(390)
  await expectOnScreen(page, viewer.drawer, 'the details')
})

test('a page that opens with details stays where it is', async ({ page, host, log, view }) => {
  const client = freshClient()
  const [receipt] = await log.send(client, history(50))
  const address = host.serve('/', tall(snippet(view, client.uuid), 1500))
  await page.goto(`${address}?audit=${encodeURIComponent(`event=${receipt.id}`)}`)
  const viewer = await new Viewer(page).alive()
  await expect(viewer.drawer).toBeAttached()
  expect(await page.evaluate(() => scrollY)).toBe(0)
})

test('a frame within a part of the page that scrolls by itself is scrolled there', async ({ page, host, log, view }) => {
  await page.setViewportSize({ width: 1280, height: 900 })
  const inner = (log: string) =>
    hostPage(`<div id="pane" tabindex="0" style="height:600px;overflow:auto"><div style="height:500px">Above</div>${log}<div style="height:900px">Below</div></div>`)
  const viewer = await open(page, host, log, view, inner)
  await viewer.frame.locator('#f-time').focus()
  const pane = await place(page.locator('#pane'))
  for (let at = 0; at < 15; at += 1) await page.keyboard.press('j')
  const within = async (element: Locator) => {
    const { top, bottom } = await place(element)
    return top >= pane.top - 1 && bottom <= pane.bottom + 1
  }
  await expect.poll(() => within(focused(viewer))).toBe(true)
  await page.keyboard.press('Enter')
  await expect(viewer.drawer.getByRole('heading', { level: 2 })).toBeFocused()
  await expect.poll(() => within(viewer.drawer)).toBe(true)
})

test('menus and trouble are on the screen', async ({ page, host, log, view }) => {
  await page.setViewportSize({ width: 1280, height: 900 })
  const viewer = await open(page, host, log, view, (log) => tall(log, 760))
  await page.evaluate(() => scrollTo(0, 0))
  await viewer.chosen('Action').focus()
  await page.keyboard.press('Enter')
  await expectOnScreen(page, viewer.menu('Action').locator('.panel'), 'the menu of actions')
  await page.keyboard.press('Escape')
  await page.route('**/embed/**', (route) => route.abort())
  for (let at = 0; at < 20; at += 1) await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await expectOnScreen(page, viewer.frame.getByRole('alert'), 'the trouble')
})

test('a frame of a given height keeps its details in its own window', async ({ page, host, log, view }) => {
  await page.setViewportSize({ width: 1280, height: 900 })
  const client = freshClient()
  await log.send(client, history(50))
  await page.goto(host.serve('/', tall(call(`${withKey(view, client.uuid)}, height: 700`), 200)))
  const viewer = await new Viewer(page).alive()
  await viewer.frame.locator('#f-time').focus()
  for (let at = 0; at < 30; at += 1) await page.keyboard.press('j')
  await expectOnScreen(page, focused(viewer), 'the row')
  await page.keyboard.press('Enter')
  await expect(viewer.drawer.getByRole('heading', { level: 2 })).toBeFocused()
  await expectOnScreen(page, viewer.drawer, 'the details')
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })

  test('the sheet is as large as the screen, and holds the keyboard', async ({ page, host, log, view }) => {
    const viewer = await open(page, host, log, view)
    await viewer.opener(viewer.rows.nth(20)).tap()
    await expect(viewer.drawer).toBeVisible()
    await expectOnScreen(page, viewer.drawer, 'the sheet')
    const { top, bottom } = await place(viewer.drawer)
    expect(bottom - top).toBeGreaterThan(800)
    for (let at = 0; at < 8; at += 1) {
      await page.keyboard.press('Tab')
      const inside = await viewer.body.evaluate(() => document.activeElement === document.body || !!document.activeElement?.closest('#details'))
      expect(inside).toBe(true)
    }
    await expectNoViolationsDayAndNight(page)
    await viewer.frame.getByRole('link', { name: 'Close details' }).tap()
    await expect(viewer.drawer).toHaveCount(0)
    await expect(viewer.rows.nth(20)).toBeInViewport()
  })
})

test('the page hears nothing of the log but what it needs to show it', async ({ page, host, log, view }) => {
  // A frame that is not on the screen at all is not drawn, and so does not grow, until it is.
  await page.setViewportSize({ width: 1280, height: 900 })
  const viewer = await open(page, host, log, view)
  await viewer.body.evaluate(() => {
    const sent: unknown[] = []
    Object.assign(window, { sent })
    const post = MessagePort.prototype.postMessage
    MessagePort.prototype.postMessage = function (message: unknown) {
      sent.push(message)
      post.call(this, message)
    }
  })
  await viewer.frame.locator('#f-time').focus()
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  await expectOnScreen(page, focused(viewer), 'the row')
  const sent = await viewer.body.evaluate(() => (window as unknown as { sent: { t: string }[] }).sent)
  expect(sent.length).toBeGreaterThan(0)
  for (const message of sent) expect(message).toEqual({ t: 'show', margin: expect.stringMatching(/^-\d+px 0px -\d+px$/) })
})
