// Everything by the keyboard alone.
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures'
import { page as hostPage, snippet } from '../hosts/snippets'
import type { Host } from '../hosts/host'
import { type Log, freshClient, history } from '../log'
import { Viewer } from '../pages/viewer'
import type { View } from '../product'

/** Opens a log of 60 events; the focus is nowhere. */
async function open(page: Page, host: Host, log: Log, view: View): Promise<Viewer> {
  const client = freshClient()
  const context = { client: { ipAddress: '203.0.113.5' } }
  await log.send(client, history(60, (at) => ({ actor: { uuid: `u-${at % 2}`, name: `Reader ${at % 2}` }, context })))
  await page.goto(host.serve('/', hostPage(snippet(view, client.uuid))))
  return new Viewer(page).alive()
}

/** Steps into the frame, past the company's own links to the first stop of the log. */
async function enter(viewer: Viewer): Promise<void> {
  for (const stop of [
    viewer.frame.getByRole('link', { name: 'Harbour Activity' }),
    viewer.frame.getByRole('link', { name: 'Ask Harbour' }),
    viewer.frame.getByRole('button', { name: 'Search', exact: true }),
  ]) {
    await viewer.page.keyboard.press('Tab')
    await expect(stop).toBeFocused()
  }
}

/** What has the focus, by its name; and that it alone has a ring that can be seen. */
async function focused(viewer: Viewer): Promise<string> {
  const { name, rings, outline } = await viewer.body.evaluate(() => {
    const active = document.activeElement as HTMLElement
    const labels = (active as HTMLInputElement).labels
    const style = getComputedStyle(active)
    return {
      name: active.getAttribute('aria-label') ?? labels?.[0]?.textContent ?? active.textContent ?? '',
      rings: document.querySelectorAll(':focus-visible').length,
      outline: style.outlineStyle === 'none' ? 0 : Number.parseFloat(style.outlineWidth),
    }
  })
  expect(rings, `rings while ${name} has the focus`).toBe(1)
  expect(outline, `the ring around ${name}`).toBeGreaterThanOrEqual(2)
  return name.replace(/\s+/g, ' ').trim()
}

/** The next stops of the Tab key. */
async function stops(viewer: Viewer, count: number): Promise<string[]> {
  const names: string[] = []
  for (let at = 0; at < count; at += 1) {
    await viewer.page.keyboard.press('Tab')
    names.push(await focused(viewer))
  }
  return names
}

test('Tab leads through everything once, the table being one stop, and each has a ring', async ({ page, host, log, view }) => {
  const viewer = await open(page, host, log, view)
  await enter(viewer)
  expect(await focused(viewer)).toBe('Search')
  expect(await stops(viewer, 14)).toEqual([
    'Search events',
    'Actor: Any actor',
    'Action: Any action',
    'Target: Any target',
    'Target type: Any type',
    'Outcome',
    'Time: Any time',
    'Export',
    'Time: newest first. Show oldest first',
    expect.stringMatching(/^Stockholm, UTC\+1: .*Show UTC$/),
    expect.stringMatching(/^View details, report.view by Reader 1/),
    'Reader 1',
    'report.view',
    'Report 60',
  ])
  // The rows further down are reached by j and k; next is the target's type, then what follows the table.
  const rest = await stops(viewer, 2)
  expect(rest).toEqual(['report', 'Older'])
  await page.keyboard.press('Shift+Tab')
  expect(await focused(viewer)).toBe('report')
})

test('/ goes to the search, whose text is found while it is typed', async ({ page, host, log, view }) => {
  const viewer = await open(page, host, log, view)
  await enter(viewer)
  await page.keyboard.press('j')
  await page.keyboard.press('/')
  await expect(viewer.search).toBeFocused()
  expect(await focused(viewer)).toBe('Search events')
  await page.keyboard.type('"report 42"')
  await expect(viewer.rows).toHaveCount(1)
  await expect(viewer.search).toBeFocused()
  await expect(viewer.search).toHaveValue('"report 42"')
  // A slash in a text is a slash.
  await page.keyboard.type('/j?')
  await expect(viewer.search).toHaveValue('"report 42"/j?')
  await expect(viewer.frame.getByRole('dialog')).toHaveCount(0)
})

test('j and k, or arrows, go through the rows; Enter opens, Esc closes and gives the focus back', async ({ page, host, log, view }) => {
  const viewer = await open(page, host, log, view)
  await enter(viewer)
  const rowOf = async () => (await focused(viewer)).match(/^View details, .* (\d\d:\d\d:\d\d)/)?.[1]
  await page.keyboard.press('j')
  expect(await rowOf()).toBe('09:00:59')
  await page.keyboard.press('j')
  await page.keyboard.press('ArrowDown')
  expect(await rowOf()).toBe('09:00:57')
  await page.keyboard.press('k')
  expect(await rowOf()).toBe('09:00:58')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('ArrowUp')
  expect(await rowOf(), 'the first row is the end of the way').toBe('09:00:59')

  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  const heading = viewer.drawer.getByRole('heading', { level: 2 })
  await expect(heading).toHaveText('Reader 0 performed report.view on report Report 59')
  await expect(heading).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(viewer.drawer).toHaveCount(0)
  expect(await rowOf()).toBe('09:00:58')
})

test('in the details, j and k go on to the neighbours, and Esc returns to the row of the last', async ({ page, host, log, view }) => {
  const viewer = await open(page, host, log, view)
  await enter(viewer)
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  const heading = viewer.drawer.getByRole('heading', { level: 2 })
  await expect(heading).toContainText('Report 60')
  for (const [key, report] of [
    ['j', 59],
    ['j', 58],
    ['ArrowDown', 57],
    ['k', 58],
    ['ArrowUp', 59],
  ] as const) {
    await page.keyboard.press(key)
    await expect(heading).toContainText(`Report ${report}`)
    await expect(heading).toBeFocused()
  }
  const names = await stops(viewer, 2)
  expect(names[0]).toContain('Reader 0')
  await page.keyboard.press('Escape')
  await expect(viewer.drawer).toHaveCount(0)
  expect(await focused(viewer)).toContain('09:00:58')
})

test('? tells the keys, and Esc closes them', async ({ page, host, log, view }) => {
  const viewer = await open(page, host, log, view)
  await enter(viewer)
  await page.keyboard.press('j')
  await page.keyboard.press('?')
  const keys = viewer.frame.getByRole('dialog', { name: 'Keys' })
  await expect(keys).toBeVisible()
  await expect(keys.locator('dt')).toHaveText(['/', 'j↓', 'k↑', 'Enter', 'Esc', 'c', '?'])
  await expect(keys.getByRole('button', { name: 'Close' })).toBeFocused()
  // The rows behind it do not move.
  await page.keyboard.press('j')
  await page.keyboard.press('Escape')
  await expect(keys).toBeHidden()
  expect(await focused(viewer)).toContain('09:00:59')
})

/** The questions that the page asks of the server from here on. */
function questions(page: Page): string[] {
  const asked: string[] = []
  page.on('request', (request) => {
    if (request.headers()['x-daybook-part']) asked.push(new URL(request.url()).search)
  })
  return asked
}

test('the values of a list are gone through in peace, and count by Enter', async ({ page, host, log, view }) => {
  const viewer = await open(page, host, log, view)
  const asked = questions(page)
  await enter(viewer)
  await stops(viewer, 6)
  const outcomes = viewer.filter('Outcome')
  await outcomes.evaluate((list) => Object.assign(list, { same: true }))
  for (const value of ['success', 'failure']) {
    await page.keyboard.press('ArrowDown')
    await expect(outcomes).toHaveValue(value)
  }
  await page.keyboard.press('Home')
  await page.keyboard.type('Fail')
  await expect(outcomes).toHaveValue('failure')
  await expect(viewer.total).toHaveText('60 events')
  expect(asked).toEqual([])

  await page.keyboard.press('Enter')
  await expect(viewer.total).toHaveText('No events')
  await expect(viewer.chips).toContainText('that failed')
  expect(asked).toEqual(['?outcome=failure'])
  // The same list still has the focus, and goes on from where it was.
  await expect(outcomes).toBeFocused()
  expect(await outcomes.evaluate((list) => 'same' in list)).toBe(true)
  await expect(outcomes.locator('option:checked')).toHaveText('Failed')
  await page.keyboard.press('Home')
  await page.keyboard.press('Enter')
  await expect(viewer.total).toHaveText('60 events')
})

test('a value counts when its list is left', async ({ page, host, log, view }) => {
  const viewer = await open(page, host, log, view)
  const asked = questions(page)
  await enter(viewer)
  await stops(viewer, 6)
  await page.keyboard.type('Succ')
  await page.keyboard.press('Tab')
  await expect(viewer.chips).toContainText('that succeeded')
  expect(await focused(viewer)).toBe('Time: Any time')
  expect(asked).toEqual(['?outcome=success'])
})

test('a list that is left as it was asks nothing', async ({ page, host, log, view }) => {
  const viewer = await open(page, host, log, view)
  const asked = questions(page)
  await enter(viewer)
  await stops(viewer, 7)
  await page.keyboard.press('j')
  await expect(viewer.opener(viewer.rows.first())).toBeFocused()
  expect(asked).toEqual([])
})

test('a value picked from an open list counts at once', async ({ page, host, log, view }) => {
  const viewer = await open(page, host, log, view)
  await enter(viewer)
  await stops(viewer, 6)
  await page.keyboard.press('Alt+ArrowDown')
  await viewer.filter('Outcome').selectOption('failure')
  await expect(viewer.total).toHaveText('No events')
  await expect(viewer.filter('Outcome')).toBeFocused()
})

test('a menu of values is typed in, gone through by arrows, and gives the focus back', async ({ page, host, log, view }) => {
  const viewer = await open(page, host, log, view)
  await enter(viewer)
  await stops(viewer, 2)
  await page.keyboard.press('Enter')
  const field = viewer.frame.getByRole('searchbox', { name: 'Find actors' })
  await expect(field).toBeFocused()
  const asked = questions(page)
  await page.keyboard.type('READER 1')
  await expect(viewer.menu('Actor').locator('li')).toHaveText([/^Reader 1\s+30$/])
  await expect(viewer.frame.getByRole('status').filter({ hasText: '1 match' })).toHaveCount(1)
  expect(asked.at(-1)).toBe('?list=actor&find=READER%201')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowUp')
  await expect(field).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(viewer.menu('Actor').getByRole('link', { name: 'Reader 1' })).toBeFocused()
  // Letters of the viewer's own keys are nothing here.
  await page.keyboard.press('j')
  await expect(viewer.menu('Actor').getByRole('link', { name: 'Reader 1' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(viewer.total).toHaveText('30 events')
  await expect(viewer.chips).toContainText('by Reader 1')
  await expect(viewer.chosen('Actor')).toBeFocused()
  await expect(viewer.menu('Actor')).not.toHaveAttribute('open')
  await page.keyboard.press('Enter')
  await expect(field).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(viewer.chosen('Actor')).toBeFocused()
  await expect(field).toBeHidden()
})

test('the time range and chips work by keys', async ({ page, host, log, view }) => {
  const viewer = await open(page, host, log, view)
  await enter(viewer)
  await stops(viewer, 2)
  await viewer.choose('Actor', 'Reader 1')
  await expect(viewer.total).toHaveText('30 events')
  await expect(viewer.chosen('Actor')).toBeFocused()

  expect(await stops(viewer, 5)).toEqual([
    'Action: Any action',
    'Target: Any target',
    'Target type: Any type',
    'Outcome',
    'Time: Any time',
  ])
  await page.keyboard.press('Enter')
  expect((await stops(viewer, 3)).map((name) => name.trim())).toEqual(['Any time', 'Last hour', 'Last 24 hours'])
  await page.keyboard.press('Escape')
  expect(await focused(viewer)).toBe('Time: Any time')
  await expect(viewer.frame.getByRole('link', { name: 'Last hour' })).toBeHidden()

  expect(await stops(viewer, 1)).toEqual(['by Reader 1: remove this filter'])
  await page.keyboard.press('Enter')
  await expect(viewer.total).toHaveText('60 events')
})

test('a value in a row filters by Enter', async ({ page, host, log, view }) => {
  const viewer = await open(page, host, log, view)
  await enter(viewer)
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  expect(await stops(viewer, 1)).toEqual(['Reader 0'])
  await page.keyboard.press('Enter')
  await expect(viewer.total).toHaveText('30 events')
  await expect(viewer.chips).toContainText('by Reader 0')
  // The focus is still in the viewer, on something with a ring.
  expect(await focused(viewer)).not.toBe('')
})

test('the pager leads on, and the focus goes to the first row of the page', async ({ page, host, log, view }) => {
  const viewer = await open(page, host, log, view)
  await enter(viewer)
  await page.keyboard.press('j')
  const names = await stops(viewer, 5)
  expect(names.at(-1)).toBe('Older')
  await page.keyboard.press('Enter')
  await expect(viewer.rows).toHaveCount(10)
  await expect(viewer.opener(viewer.rows.first())).toBeFocused()
  expect(await focused(viewer)).toContain('09:00:09')
})

test('c copies a link to the row that has the focus', async ({ page, context, host, log, view }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const viewer = await open(page, host, log, view)
  await enter(viewer)
  await page.keyboard.press('j')
  await page.keyboard.press('c')
  await expect(viewer.frame.getByRole('status').filter({ hasText: 'Link copied' })).toHaveCount(1)
  await page.locator('h1').click()
  const copied = new URL(await page.evaluate(() => navigator.clipboard.readText()))
  expect(copied.origin).toBe(host.origin)
  const href = await viewer.opener(viewer.rows.first()).getAttribute('href')
  expect(copied.searchParams.get('audit')).toBe(href?.split('?')[1])
})

test('with Ctrl or Alt a key is the browser’s', async ({ page, host, log, view }) => {
  const viewer = await open(page, host, log, view)
  await enter(viewer)
  for (const key of ['Control+j', 'Alt+/', 'Control+?']) await page.keyboard.press(key)
  expect(await focused(viewer)).toBe('Search')
  await expect(viewer.frame.getByRole('dialog')).toHaveCount(0)
})
