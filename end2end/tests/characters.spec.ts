// Characters that cannot be seen, or that turn the text around them, stand as marks wherever a value stands; scripts and
// pictures that need such characters stay as they are; and the details tell values apart that look alike.
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures'
import { page as hostPage, snippet } from '../hosts/snippets'
import type { Host } from '../hosts/host'
import { type Log, type NewEvent, freshClient } from '../log'
import { expectNoViolationsDayAndNight } from '../pages/axe'
import { Viewer } from '../pages/viewer'
import type { View } from '../product'

/** Each with the marks that it makes. */
const HIDDEN: [string, string[]][] = [
  ['inv\u202Egpj.exe', ['RLO']],
  ['\u202Aa\u202Bb\u202Cc\u202Dd', ['LRE', 'RLE', 'PDF', 'LRO']],
  ['a\u2066b\u2067c\u2068d\u2069e', ['LRI', 'RLI', 'FSI', 'PDI']],
  ['a\u200Eb\u200Fc\u061Cd', ['LRM', 'RLM', 'ALM']],
  ['ad\u200Bmin', ['ZWSP']],
  ['ad\u200Cmi\u200Dn', ['ZWNJ', 'ZWJ']],
  ['\uFEFFadmin', ['BOM']],
  ['log\u00ADbook', ['SHY']],
  ['hi\u{E0041}\u{E0042}', ['TAG A', 'TAG B']],
  ['a\uFE0Fb', ['VS16']],
  ['esc\u001B[31m\u0007\u009B', ['ESC', 'BEL', 'U+009B']],
  ['own\uE000', ['U+E000']],
  ['twice  a blank ', ['··', '·']],
]

/** What must look as its writers have it. */
const SCRIPTS = ['می‌خواهم', 'क्‍ष', 'ශ්‍රී', '🏳️‍🌈 flag', '👩🏽‍🚀', '1️⃣', 'ليلى حداد', 'שלום עולם', '田中 美咲', 'Zoë Ærø']

/** What no text on a page may hold: the marks of {@link HIDDEN}, but for joiners and selectors. */
const TURNING = '[\\u202A-\\u202E\\u2066-\\u2069\\u200E\\u200F\\u061C\\u200B\\uFEFF\\u00AD\\u{E0041}\\u001B\\u0007\\uE000]'

function everywhere(text: string): NewEvent {
  const target = { type: text, uuid: text, label: text }
  return {
    action: text,
    description: text,
    actor: { uuid: text, name: text, email: text, type: text },
    target,
    targets: [target],
    outcome: { result: 'failure', reason: text },
    context: { client: { ipAddress: text, browserAgent: text }, server: { serverId: text } },
    changes: [{ field: text, before: text, after: [text] }],
    metadata: { [text]: text },
    detail: text,
  }
}

async function show(page: Page, host: Host, view: View, log: Log, events: NewEvent[], name?: string) {
  const client = freshClient(name)
  await log.send(client, events)
  await page.goto(host.serve('/', hostPage(snippet(view, client.uuid))))
  const viewer = await new Viewer(page).alive()
  await expect(viewer.rows).toHaveCount(events.length)
  return viewer
}

/** Texts and names of the page, menus and attributes included, that hold what they must not. */
function turning(viewer: Viewer): Promise<string[]> {
  return viewer.body.evaluate((body, pattern) => {
    const turns = new RegExp(pattern, 'u')
    const found: string[] = []
    const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT)
    while (walker.nextNode()) {
      const node = walker.currentNode
      if (node instanceof Element) {
        for (const { name, value } of node.attributes) {
          // What a field holds, and where a link leads, is not shown as text.
          if (!['value', 'href'].includes(name) && turns.test(value)) found.push(`${name}="${escape(value)}"`)
        }
      } else if (turns.test(node.textContent ?? '')) found.push(escape(node.textContent ?? ''))
    }
    return found
  }, TURNING)
}

test('what cannot be seen is marked in cells, menus, chips, titles and details, each mark with a name', async ({ page, host, log, view }) => {
  test.setTimeout(60_000)
  const viewer = await show(page, host, view, log, HIDDEN.map(([text]) => everywhere(text)), `Client${HIDDEN[0][0]}`)
  expect(await turning(viewer)).toEqual([])
  await expect(viewer.client.locator('.sign')).toHaveText(['RLO'])
  await expect(viewer.client.getByRole('img', { name: 'right-to-left override, U+202E' })).toBeVisible()
  const rows = viewer.rows
  for (const [at, [, marks]] of [...HIDDEN].reverse().entries()) {
    await expect(rows.nth(at).locator('td.heads a.by').first().locator('.sign'), marks.join()).toHaveText(marks)
  }
  // The menus list them too.
  await viewer.chosen('Actor').click()
  await expect(viewer.menu('Actor').locator('.sign').filter({ hasText: 'RLO' })).toHaveCount(1)
  await viewer.menu('Actor').locator('li a').filter({ hasText: 'RLO' }).click()
  await expect(viewer.chips.locator('.sign')).toHaveText(['RLO'])
  expect(await turning(viewer)).toEqual([])
  await viewer.chips.getByRole('link').first().click()
  await expect(rows).toHaveCount(HIDDEN.length)

  await viewer.open(rows.first())
  for (const [at, [text, marks]] of [...HIDDEN.entries()].reverse()) {
    await expect(viewer.drawer.locator('.description .sign')).toHaveText(marks)
    await expect(viewer.fact('Who', 'Name').locator('.sign')).toHaveText(marks)
    await expect(viewer.drawer.locator('.changes .before .sign')).toHaveText(marks)
    await expect(viewer.drawer.locator('.outcome .sign')).toHaveText(marks)
    expect(await turning(viewer)).toEqual([])
    // As it was sent, in JSON's own escapes: what is copied from there still means the same.
    const raw = JSON.parse((await viewer.drawer.locator('#raw').textContent()) ?? '')
    expect(raw.description).toBe(text)
    if (at > 0) await viewer.drawer.getByRole('link', { name: 'Older event' }).click()
  }
})

test('no value moves what stands around it', async ({ page, host, log, view }) => {
  const viewer = await show(page, host, view, log, [everywhere(HIDDEN[0][0]), everywhere('plain')])
  const lefts = (text: string) =>
    viewer.row(text).evaluate((row) => [...row.querySelectorAll('td')].map((cell) => Math.round(cell.getBoundingClientRect().left)))
  expect(await lefts('gpj')).toEqual(await lefts('plain'))
  await viewer.open(viewer.row('gpj'))
  // Within the value, too, the letters stand in the order in which they were sent.
  const order = await viewer.drawer.locator('.description bdi').evaluate((value) => {
    const parts = [...value.childNodes].filter((node) => node.textContent)
    return parts.map((node) => {
      const range = document.createRange()
      range.selectNodeContents(node)
      return Math.round(range.getBoundingClientRect().left)
    })
  })
  expect(order).toHaveLength(3)
  expect(order).toEqual([...order].sort((one, other) => one - other))
})

test('scripts and pictures that need joiners stay as they are', async ({ page, host, log, view }) => {
  const viewer = await show(page, host, view, log, SCRIPTS.map(everywhere))
  await expect(viewer.rows.locator('.sign')).toHaveCount(0)
  for (const [at, text] of [...SCRIPTS].reverse().entries()) {
    await expect(viewer.rows.nth(at).locator('td.heads a.by').first()).toHaveText(text)
  }
  await viewer.open(viewer.row('flag'))
  await expect(viewer.drawer.locator('.sheet section .sign, .description .sign')).toHaveCount(0)
})

const PAIRS: [unknown, unknown, string, string][] = [
  [1, '1', '1', '"1" text'],
  [null, 'null', 'null', '"null" text'],
  [null, '', 'null', '"" text'],
  [undefined, null, 'not set', 'null'],
  [true, 'true', 'true', '"true" text'],
  [[], '[]', '[]', '"[]" text'],
  [['a', 'b'], ['a, b'], '[a, b]', '["a, b" text]'],
  ['a b', 'a  b', 'a b', 'a··b'],
  ['a', 'a ', 'a', 'a·'],
  [' ', '', '"·" text', '"" text'],
  ['a\nb', 'a\r\nb', 'a↵ b', 'aCRLF b'],
  ['a\rb', 'a\tb', 'aCR b', 'a⇥b'],
  ['a b', 'a\u00A0b', 'a b', 'aNBSPb'],
  ['é', 'e\u0301', 'é', 'eU+0301'],
  ['دا\u200Cر', 'دار', 'داZWNJر', 'دار'],
]

test('a change between values that look alike shows what changed', async ({ page, host, log, view }) => {
  const changes = PAIRS.map(([before, after], at) => ({ field: `field ${at}`, before, after }))
  const viewer = await show(page, host, view, log, [{ action: 'thing.change', changes }])
  await viewer.open(viewer.rows.first())
  const rows = viewer.drawer.locator('.changes tbody tr')
  for (const [at, [, , before, after]] of PAIRS.entries()) {
    await expect(rows.nth(at).locator('.before')).toHaveText(before)
    await expect(rows.nth(at).locator('.after')).toHaveText(after)
  }
  // The lines of a text end where they end.
  const heights = await rows.locator('.before').evaluateAll((cells) => cells.map((cell) => cell.querySelector('bdi')?.getClientRects().length ?? 0))
  expect(heights[10]).toBeGreaterThan(1)
  await expectNoViolationsDayAndNight(page)
})

test('metadata shows types and emptiness', async ({ page, host, log, view }) => {
  const metadata = { number: 1, text: '1', none: null, empty: '', list: ['1', 1], '': 'unnamed', '\u200Bid': 'x' }
  const viewer = await show(page, host, view, log, [{ action: 'thing.change', metadata }])
  await viewer.open(viewer.rows.first())
  const section = viewer.drawer.locator('section').filter({ has: viewer.frame.getByRole('heading', { name: 'Metadata' }) })
  const facts = await section.locator('dl > div').evaluateAll((facts) => facts.map((fact) => fact.textContent))
  expect(facts).toEqual(['""unnamed', 'empty"" text', 'list["1" text, 1]', 'nonenull', 'number1', 'text"1" text', 'ZWSPidx'])
})
