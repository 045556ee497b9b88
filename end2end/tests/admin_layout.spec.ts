// How the admin's pages stand: on a phone and on a desk, in the reader's own time, with a way to copy what is shown once.
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures'
import { Log } from '../log'
import { setUp } from '../pages/admin'
import { expectNoViolationsDayAndNight as accessible } from '../pages/axe'

const HOME = '/admin/projects/default'

/** Every page that is reached by a link from the others, found by walking. */
async function pages(page: Page, origin: string): Promise<string[]> {
  const seen = new Set([HOME])
  for (const path of seen) {
    await page.goto(origin + path)
    const links = await page.locator('a[href^="/admin"]').evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''))
    // Another filter or time of the same page is the same page.
    for (const link of links) {
      const path = link.split(/[?#]/)[0] ?? ''
      if (!path.includes('export') && !/\/events\/./.test(path) && !/\/trail\/./.test(path)) seen.add(path)
    }
  }
  return [...seen]
}

/** What is wider than the window, or stands beyond its edge without a place of its own that scrolls. */
function cut(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth
    const whole = document.documentElement.scrollWidth
    const found = whole > width ? [`the page is ${whole} wide in ${width}`] : []
    for (const element of document.querySelectorAll<HTMLElement>('main *, .bar *')) {
      if (!element.checkVisibility({ visibilityProperty: true })) continue
      const style = getComputedStyle(element)
      if (style.clipPath !== 'none' || style.position === 'fixed') continue
      let scrolls = false
      for (let around: Element | null = element; around; around = around.parentElement) {
        scrolls ||= /auto|scroll|hidden/.test(getComputedStyle(around).overflowX) && around !== document.documentElement
      }
      const { left, right } = element.getBoundingClientRect()
      if (!scrolls && (right > width + 1 || left < -1)) {
        found.push(`${element.tagName}.${element.className}: ${Math.round(left)} to ${Math.round(right)}`)
      }
    }
    return found
  })
}

for (const [width, height] of [[390, 844], [1440, 900]] as const) {
  test(`at ${width} by ${height} no page is cut, and the way to others is one row`, async ({ page, own }) => {
    test.setTimeout(120_000)
    await page.setViewportSize({ width, height })
    await new Log(own).send({ uuid: 'acme', name: 'Acme' }, [{ action: 'first.step' }])
    await setUp(page, own.setUp)
    const all = await pages(page, own.origin)
    expect(all.length, all.join('\n')).toBeGreaterThan(14)
    for (const path of all) {
      await page.goto(own.origin + path)
      expect(await cut(page), path).toEqual([])
      const bar = page.locator('header.bar')
      const box = await bar.boundingBox()
      expect(box?.height, `${path}: the bar is one row`).toBeLessThan(64)
    }
  })
}

test('the editor ends where the window does', async ({ page, own }) => {
  await page.setViewportSize({ width: 1440, height: 900 })
  await setUp(page, own.setUp)
  await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Views' }).click()
  await page.getByRole('link', { name: 'Customize' }).click()
  await expect(page.locator('#editor:not([inert])')).toBeVisible()
  for (const part of ['.save-bar', '.stage .screen']) {
    const box = await page.locator(part).boundingBox()
    expect((box?.y ?? 0) + (box?.height ?? 0), part).toBeLessThanOrEqual(900)
  }
  expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeLessThanOrEqual(900)
})

test('a phone has every section and the way out under one word', async ({ page, own }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await setUp(page, own.setUp)
  await page.getByText('Menu', { exact: true }).click()
  await accessible(page)
  await page.getByRole('navigation', { name: 'All sections' }).getByRole('link', { name: 'API keys' }).click()
  await expect(page.getByRole('heading', { name: 'API keys' })).toBeVisible()
  await page.getByText('Menu', { exact: true }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
})

test('moments are in the reader’s zone, which they name, and exact for programs', async ({ page, own }) => {
  await setUp(page, own.setUp)
  for (const path of ['/keys', '/views']) {
    await page.goto(own.origin + HOME + path)
    for (const time of await page.locator('main time').all()) {
      await expect(time).toHaveAttribute('datetime', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$/)
      await expect(time).toHaveText(/^\d{1,2} \w{3,4} \d{4}, \d\d:\d\d (CEST|CET|GMT\+[12])$/)
    }
  }
  await page.goto(`${own.origin}/admin/account`)
  await expect(page.locator('main time')).toHaveText(/(CEST|CET|GMT\+[12])$/)
})

test('what is shown once can be copied', async ({ page, own, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await setUp(page, own.setUp)
  const copied = () => page.evaluate(() => navigator.clipboard.readText())
  await page.goto(own.origin + HOME + '/keys')
  await page.getByLabel('Name').fill('Billing')
  await page.keyboard.press('Enter')
  const secret = page.locator('#key-secret')
  await page.locator('dd').filter({ has: secret }).getByRole('button', { name: 'Copy' }).click()
  expect(await copied()).toBe(await secret.innerText())
  await page.goto(own.origin + HOME + '/members')
  await page.getByRole('button', { name: 'Create invitation link' }).click()
  await page.getByRole('button', { name: 'Copy' }).click()
  expect(await copied()).toMatch(/\/admin\/join#/)
  await page.goto(own.origin + HOME + '/start')
  await page.getByRole('button', { name: 'Create a key and test event' }).click()
  await page.getByRole('region', { name: 'Test event' }).getByRole('button', { name: 'Copy' }).click()
  expect(await copied()).toContain('curl')
})

test('the first event appears by itself, also in the log of all clients', async ({ page, own }) => {
  await setUp(page, own.setUp)
  await page.goto(own.origin + HOME + '/events')
  await expect(page.getByRole('heading', { name: 'No events yet' })).toBeVisible()
  await new Log(own).send({ uuid: 'acme', name: 'Acme' }, [{ action: 'first.step' }])
  await expect(page.locator('#events').getByText('first.step')).toBeVisible({ timeout: 20_000 })
})

test('an address that leads nowhere is a page with a way on', async ({ page, own }) => {
  await setUp(page, own.setUp)
  for (const path of ['/nope', '/admin/nope', '/admin/projects/default/nope', '/admin/sign-out', '/']) {
    await page.goto(own.origin + path)
    await accessible(page)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    expect(await cut(page), path).toEqual([])
  }
  await page.goto(`${own.origin}/admin/nope`)
  await page.getByRole('link', { name: 'Go to your projects' }).click()
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible()
})
