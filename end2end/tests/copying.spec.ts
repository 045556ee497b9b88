// What is copied is there, and said where the reader looks; without an error in anybody's console.
import type { Locator, Page } from '@playwright/test'
import { expect, test } from '../fixtures'
import { form, page as hostPage, snippet } from '../hosts/snippets'
import type { Host } from '../hosts/host'
import { type Log, freshClient } from '../log'
import { Viewer } from '../pages/viewer'
import { Watch } from '../pages/watch'
import { SERVER } from '../product'

async function open(page: Page, host: Host, log: Log, around: (client: string) => string) {
  const client = freshClient()
  await log.send(client, [{ action: 'thing.made', metadata: { note: 'a\u202Eb' } }])
  const watch = await Watch.over(page)
  await page.goto(host.serve('/', hostPage(around(client.uuid))))
  return { viewer: new Viewer(page), watch }
}

/** That an element says something beside itself, for a while. */
async function expectSaid(element: Locator, text: string) {
  await expect(element).toHaveAttribute('data-said', text)
  const shown = await element.evaluate((element) => {
    const bubble = getComputedStyle(element, '::after')
    return { content: bubble.content, visible: bubble.visibility, width: Number.parseFloat(bubble.width) }
  })
  expect(shown.content).toContain(text)
  expect(shown.visible).toBe('visible')
  expect(shown.width).toBeGreaterThan(40)
  await expect(element).not.toHaveAttribute('data-said', /./)
}

/** What a paste would bring. */
async function pasted(page: Page): Promise<string> {
  await page.evaluate(() => {
    const area = document.createElement('textarea')
    area.id = 'pasted'
    document.body.append(area)
    area.focus()
  })
  await page.keyboard.press('ControlOrMeta+v')
  return page.locator('#pasted').inputValue()
}

test('the frame may write to the clipboard, and says beside the button that it did', async ({ page, host, log, view }) => {
  const { viewer, watch } = await open(page, host, log, (client) => snippet(view, client))
  await viewer.alive()
  await expect(page.locator('iframe')).toHaveAttribute('allow', `clipboard-write ${SERVER}`)
  const allowed = await viewer.body.evaluate(() =>
    (document as unknown as { featurePolicy: { allowsFeature(name: string): boolean } }).featurePolicy.allowsFeature('clipboard-write'),
  )
  expect(allowed).toBe(true)
  await viewer.open(viewer.rows.first())
  const link = viewer.drawer.getByRole('link', { name: 'Copy link' })
  await link.click()
  await expect(viewer.frame.getByRole('status').filter({ hasText: 'Link copied' })).toHaveCount(1)
  await expectSaid(link, 'Link copied')
  const json = viewer.drawer.getByRole('button', { name: 'Copy JSON' })
  await json.click()
  await expect(viewer.frame.getByRole('status').filter({ hasText: 'JSON copied' })).toHaveCount(1)
  await expectSaid(json, 'JSON copied')
  expect(JSON.parse(await pasted(page)).metadata.note).toBe('a\u202Eb')
  expect(watch.errors).toEqual([])
  expect(watch.violations).toEqual([])
})

test('c says beside the row that its link was copied', async ({ page, host, log, view }) => {
  const { viewer, watch } = await open(page, host, log, (client) => snippet(view, client))
  await viewer.alive()
  await viewer.search.focus()
  await viewer.frame.locator('#f-time').focus()
  await page.keyboard.press('j')
  await page.keyboard.press('c')
  await expectSaid(viewer.rows.first().locator('td.opens'), 'Link copied')
  expect(await pasted(page)).toContain(`${host.origin}/?audit=event`)
  expect(watch.errors).toEqual([])
})

test('a frame without the permission copies all the same, without an error', async ({ page, host, log, view }) => {
  const { viewer, watch } = await open(page, host, log, (client) => form(view, { accessKey: view.accessKey, clientId: client }))
  await page.getByRole('button', { name: 'Show the log' }).click()
  await viewer.alive()
  await viewer.open(viewer.rows.first())
  const json = viewer.drawer.getByRole('button', { name: 'Copy JSON' })
  await json.click()
  await expectSaid(json, 'JSON copied')
  expect(JSON.parse(await pasted(page)).action).toBe('thing.made')
  expect(watch.errors).toEqual([])
})
