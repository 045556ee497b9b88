// Events are written by whoever uses the company's product. Whatever they write is text.
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures'
import { page as hostPage, snippet } from '../hosts/snippets'
import { type Log, type NewEvent, freshClient } from '../log'
import type { Host } from '../hosts/host'
import { Viewer } from '../pages/viewer'
import { Watch } from '../pages/watch'
import type { View } from '../product'

const SCRIPTS = [
  '<script>window.pwned=1;alert(1)</script>',
  '<img src=x onerror="window.pwned=1;alert(1)">',
  '"><svg onload=alert(1)>',
  "'\"><iframe srcdoc='<script>parent.pwned=1</script>'>",
  '</title></style></textarea></script><script>alert(1)</script>',
  '{{constructor.constructor("alert(1)")()}}${alert(1)}',
  '<a href="javascript:alert(1)">click</a>',
  '<base href="https://evil.test/"><meta http-equiv="refresh" content="0;url=https://evil.test/">',
  '--><!--<style>*{display:none}</style>',
]

const ADDRESSES = [
  'javascript:alert(1)',
  ' JaVaScRiPt:alert(1)',
  'java\tscript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:msgbox(1)',
  'https://ok.test/"onmouseover="alert(1)',
  'https://user:pass@evil.test/\\..',
  'file:///etc/passwd',
  '//evil.test/x',
]

/** An event that holds a text in every field that can be shown. */
function everywhere(text: string, url: string): NewEvent {
  const person = { uuid: text.slice(0, 255), name: text.slice(0, 255), email: text.slice(0, 320), type: text.slice(0, 255), url }
  const target = { type: text.slice(0, 255), uuid: text.slice(0, 255), label: text.slice(0, 1000), url }
  return {
    action: text.slice(0, 255),
    description: text.slice(0, 8000),
    url,
    actor: { ...person, metadata: { [text]: text } },
    impersonator: person,
    target,
    targets: [target, target],
    outcome: { result: 'failure', reason: text.slice(0, 1000), code: text.slice(0, 255) },
    context: {
      client: { ipAddress: text.slice(0, 64), browserAgent: text.slice(0, 4096), location: text.slice(0, 255) },
      server: { serverId: text.slice(0, 255), version: text.slice(0, 255), service: text.slice(0, 255) },
    },
    sessionId: text.slice(0, 255),
    correlationId: text.slice(0, 255),
    externalId: text.slice(0, 255),
    changes: [
      { field: text.slice(0, 1000), before: text, after: { [text]: [text] } },
      { field: 'link', before: url, after: url },
    ],
    metadata: { [text]: { [text]: [text, { [text]: url }] }, link: url },
    fields: { [text]: text },
    detail: text,
  }
}

/** What the whole of a page may hold, and nothing more. */
async function expectHarmless(page: Page, viewer: Viewer, watch: Watch) {
  const found = await viewer.body.evaluate(() => {
    const all = (selector: string) => [...document.querySelectorAll(selector)]
    const links = all('a[href], [src], form[action], [formaction]').map((element) =>
      (element.getAttribute('href') ?? element.getAttribute('src') ?? element.getAttribute('action') ?? '').trim(),
    )
    return {
      strangers: all('body script, body style, img:not(.logo), svg, iframe, object, embed, base, body meta, body link')
        .filter((element) => element !== document.querySelector('body > script[nonce]:last-of-type'))
        .map((element) => element.outerHTML.slice(0, 200)),
      handlers: all('*').flatMap((element) => [...element.attributes].filter(({ name }) => name.startsWith('on')).map(({ name }) => name)),
      links: links.filter((link) => !/^(https?:\/\/|mailto:|\/embed\/)/.test(link)),
    }
  })
  expect(found).toEqual({ strangers: [], handlers: [], links: [] })
  for (const frame of page.frames()) expect(await frame.evaluate('window.pwned')).toBeUndefined()
  expect(watch.dialogs).toEqual([])
  expect(watch.errors).toEqual([])
  expect(watch.violations).toEqual([])
  expect(watch.urls.filter((url) => url.includes('evil.test'))).toEqual([])
  await viewer.expectNoSidewaysScroll()
}

/** A page that shows a client's events, and the watch over it. */
async function show(page: Page, host: Host, view: View, log: Log, events: NewEvent[]) {
  const client = freshClient(SCRIPTS[1])
  await log.send(client, events)
  const watch = await Watch.over(page)
  await page.goto(host.serve('/', hostPage(snippet(view, client.uuid))))
  const viewer = await new Viewer(page).alive()
  await expect(viewer.rows).toHaveCount(events.length)
  return { viewer, watch, client }
}

test('scripts in every field are text, in the table and in the details', async ({ page, host, log, view }) => {
  const events = SCRIPTS.map((script, at) => everywhere(script, ADDRESSES[at]))
  const { viewer, watch } = await show(page, host, view, log, events)
  await expect(viewer.client).toHaveText(SCRIPTS[1])
  await expectHarmless(page, viewer, watch)
  // The newest is the one sent last: the drawer goes through all of them.
  await viewer.open(viewer.rows.first())
  for (const [at, script] of [...SCRIPTS.entries()].reverse()) {
    await expect(viewer.drawer.locator('.description')).toHaveText(script)
    await expect(viewer.fact('What', 'Action')).toHaveText(script)
    await expect(viewer.drawer.locator('.outcome')).toHaveText(`Failed: ${script} (${script})`)
    await viewer.drawer.getByText('As it was sent').click()
    expect(JSON.parse((await viewer.drawer.locator('#raw').textContent()) ?? '').detail).toBe(script)
    await expectHarmless(page, viewer, watch)
    if (at > 0) await viewer.drawer.getByRole('link', { name: 'Older event' }).click()
  }
})

test('an unsafe address is never a link', async ({ page, host, log, view }) => {
  const events = ADDRESSES.map((url) => ({ ...everywhere('plain', url), action: 'link.test' }))
  const { viewer, watch } = await show(page, host, view, log, events)
  await viewer.open(viewer.rows.first())
  for (const [at, url] of [...ADDRESSES.entries()].reverse()) {
    const link = viewer.fact('What', 'Link')
    // What signs somebody in is masked before it is stored.
    const shown = url.replace(/^ /, '·').replace('\t', '⇥').replace('user:pass@', 'user:[masked]@')
    await expect(link).toHaveText(shown)
    const hrefs = await link.locator('a').evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).href))
    for (const href of hrefs) expect(href).toMatch(/^https:\/\/ok\.test\//)
    await expectHarmless(page, viewer, watch)
    if (at > 0) await viewer.drawer.getByRole('link', { name: 'Older event' }).click()
  }
})

test('a safe address is a link that tells nothing of where it was followed from', async ({ page, host, log, view }) => {
  const { viewer } = await show(page, host, view, log, [{ action: 'link.test', url: 'https://ok.test/a?b=c' }])
  await viewer.open(viewer.rows.first())
  const link = viewer.fact('What', 'Link').getByRole('link')
  await expect(link).toHaveAttribute('href', 'https://ok.test/a?b=c')
  await expect(link).toHaveAttribute('target', '_blank')
  await expect(link).toHaveAttribute('rel', 'noopener noreferrer nofollow')
})

test('scripts in searches and filters are text as well', async ({ page, host, log, view }) => {
  const { viewer, watch } = await show(page, host, view, log, [everywhere(SCRIPTS[0], 'x'), everywhere(SCRIPTS[2], 'x')])
  const row = viewer.row('svg')
  await row.locator('.heads a.by').first().click()
  await expect(viewer.rows).toHaveCount(1)
  await expect(viewer.chips).toContainText(`of action ${SCRIPTS[2]}`)
  await expectHarmless(page, viewer, watch)
  await viewer.search.fill('<script>alert(1)</script>')
  await expect(viewer.frame.getByText('There is nothing')).toContainText('“<script>alert(1)</script>”')
  await expectHarmless(page, viewer, watch)
})

test('right-to-left overrides and control characters turn nothing around them', async ({ page, host, log, view }) => {
  const turned = '\u202Egpj.exe\u2066\u2067\u200F\u0007\u001B[31m\u0085\u2028\u2029\uFEFF end'
  const { viewer, watch } = await show(page, host, view, log, [everywhere(turned, 'x'), { action: 'plain.action' }])
  const order = await viewer.row('end').evaluate((row) =>
    [...row.querySelectorAll('td')].map((cell) => Math.round(cell.getBoundingClientRect().left)),
  )
  expect(order).toEqual([...order].sort((one, other) => one - other))
  // Each value is an island of its own: what follows it in its line reads as it should.
  await expect(viewer.row('end').locator('bdi').first()).toBeVisible()
  const bare = await viewer.body.evaluate(() => {
    const walker = document.createTreeWalker(document.querySelector('#desk') as Node, NodeFilter.SHOW_TEXT)
    const found: string[] = []
    while (walker.nextNode()) {
      if (/[\u202A-\u202E\u2066-\u2069\u200F\uFEFF]/.test(walker.currentNode.textContent ?? '')) {
        found.push(walker.currentNode.parentElement?.outerHTML ?? '')
      }
    }
    return found
  })
  expect(bare).toEqual([])
  await viewer.open(viewer.row('end'))
  await expect(viewer.drawer.locator('.description')).toContainText('end')
  await expectHarmless(page, viewer, watch)
})

test('values of 250 kB and words without an end fit into the page', async ({ page, host, log, view }) => {
  const events = [
    { action: 'huge.value', detail: 'x'.repeat(250_000) },
    { action: 'huge.metadata', metadata: { note: '海'.repeat(80_000) } },
    { action: 'huge.change', changes: [{ field: 'text', before: 'a'.repeat(120_000), after: 'b'.repeat(120_000) }] },
    everywhere('W'.repeat(8_000), `https://ok.test/${'y'.repeat(3_900)}`),
  ]
  const { viewer, watch } = await show(page, host, view, log, events)
  await expectHarmless(page, viewer, watch)
  for (const row of await viewer.rows.all()) expect((await row.boundingBox())?.height).toBeLessThan(140)
  await viewer.open(viewer.rows.first())
  await expectHarmless(page, viewer, watch)
  for (const [action, section, name, length] of [
    ['huge.change', 'Changes', null, 0],
    ['huge.metadata', 'Metadata', 'note', 80_000],
    ['huge.value', 'What', 'Detail', 250_000],
  ] as const) {
    await viewer.drawer.getByRole('link', { name: 'Older event' }).click()
    // Not what the event before has as well, or the next click would be on its link once more.
    await expect(viewer.drawer).toContainText(action)
    await expect(viewer.drawer.getByRole('heading', { name: section, exact: true })).toBeVisible()
    if (name) expect((await viewer.fact(section, name).textContent())?.length).toBe(length)
    await expectHarmless(page, viewer, watch)
  }
})

test('metadata nested as deep as may be is shown, and deeper is refused whole', async ({ page, host, log, view }) => {
  const nested = (depth: number): unknown => (depth === 0 ? 'bottom' : { level: nested(depth - 1) })
  const { viewer, watch, client } = await show(page, host, view, log, [
    { action: 'deep.metadata', metadata: nested(60) },
    { action: 'wide.metadata', metadata: Object.fromEntries(Array.from({ length: 2_000 }, (_, at) => [`key${at}`, at])) },
  ])
  await viewer.open(viewer.row('deep.metadata'))
  await expect(viewer.drawer.locator('section').getByText('bottom', { exact: true })).toBeAttached()
  await expectHarmless(page, viewer, watch)
  await viewer.drawer.getByRole('link', { name: 'Newer event' }).click()
  await expect(viewer.fact('Metadata', 'key1999')).toHaveText('1999')
  await expectHarmless(page, viewer, watch)

  const event = { client, action: 'too.deep', actor: { uuid: 'a' }, metadata: nested(70) }
  const refused = await log.post(JSON.stringify([event]))
  expect(refused.status).toBe(400)
  await viewer.frame.getByRole('link', { name: 'Close details' }).click()
  await viewer.search.fill('too')
  await expect(viewer.rows).toHaveCount(0)
})
