// Every state of the viewer under axe, in light and in dark.
import { expect, test } from '../fixtures'
import { call, page as hostPage, snippet, withKey, withToken } from '../hosts/snippets'
import { type NewEvent, freshClient } from '../log'
import { expectNoViolations } from '../pages/axe'
import { Demo } from '../pages/demo'
import { Viewer } from '../pages/viewer'
import { SERVER } from '../product'

// Axe is put into the frames' documents, which their own policy would not let in.
test.use({ bypassCSP: true, reducedMotion: 'reduce' })

/** A host page that is light or dark by its own style sheet, as the viewer follows. */
const styled = (scheme: string, body: string) => hostPage(body, `<style>:root{color-scheme:${scheme}}</style>`)

/** A short log with one of each kind of row; axe takes its time for each. */
const EVENTS: NewEvent[] = [
  { action: 'session.begin', description: 'Signed in', actor: { uuid: 'u-1', name: 'Una', email: 'una@c.test' } },
  { action: 'report.run', description: 'Ran in the night', actor: { uuid: 'job', type: 'automation' }, outcome: 'failure' },
  { action: 'login', anonymous: true, actor: null, context: { client: { ipAddress: '2001:db8::7' } } },
  {
    action: 'user.update',
    description: 'Changed who may invite',
    url: 'https://app.test/users/7',
    changes: [
      { field: 'role', before: 'QA', after: 'Developer' },
      { field: 'team', after: 'Blue' },
      { field: 'seats', before: 3 },
    ],
    target: { type: 'user', uuid: 'u-7', label: 'Una' },
    metadata: { plan: { seats: 5, regions: [{ name: 'north' }, { name: 'south' }] }, empty: '' },
    impersonator: { uuid: 's-1', name: 'Support' },
    outcome: { result: 'failure', reason: 'No such role', code: 'E42' },
    context: { client: { ipAddress: '203.0.113.9' } },
  },
]

for (const scheme of ['light', 'dark'] as const) {
  test.describe(`in ${scheme}`, () => {
    test.use({ colorScheme: scheme })

    test('the demo’s page with a full table has no violations', async ({ page }) => {
      const viewer = await (await new Demo(page).goto({ scheme })).alive()
      await expect(viewer.rows).toHaveCount(50)
      await expect(viewer.frame.locator('html')).toHaveAttribute('data-scheme', scheme)
      await page.getByText('View source of this embed').click()
      await expectNoViolations(page, 'the demo')
    })

    test('filters in force, an open event and the keys have no violations', async ({ page, host, log, view }) => {
      const client = freshClient()
      await log.send(client, EVENTS)
      await page.goto(host.serve('/', styled(scheme, snippet(view, client.uuid))))
      const viewer = await new Viewer(page).alive()
      await expect(viewer.rows).toHaveCount(4)
      await viewer.filter('Outcome').selectOption('failure')
      await expect(viewer.chips).toContainText('that failed')
      await viewer.search.fill('in')
      await expect(viewer.chips).toContainText('matching “in”')
      await expect(viewer.rows.locator('mark').first()).toBeVisible()
      await viewer.frame.locator('#f-time').click()
      await expect(viewer.frame.getByLabel('From')).toBeVisible()
      await expectNoViolations(page, 'filters in force')

      // One menu closes the other.
      await viewer.export.press('Enter')
      await expect(viewer.frame.getByRole('link', { name: /^NDJSON/ })).toBeVisible()
      await expect(viewer.frame.getByLabel('From')).toBeHidden()
      await expectNoViolations(page, 'the files to take')

      await page.keyboard.press('Escape')
      await viewer.open(viewer.row('user.update'))
      await expect(viewer.drawer.locator('.changes tbody tr')).toHaveCount(3)
      await viewer.drawer.getByText('As it was sent').click()
      await expectNoViolations(page, 'an open event')

      await viewer.frame.getByRole('link', { name: 'Close details' }).press('?')
      await expect(viewer.frame.getByRole('dialog', { name: 'Keys' })).toBeVisible()
      await expectNoViolations(page, 'the keys')
    })

    test('on a phone, the list and an open event have no violations', async ({ page, host, log, view }) => {
      await page.setViewportSize({ width: 390, height: 844 })
      const client = freshClient()
      await log.send(client, EVENTS)
      await page.goto(host.serve('/', styled(scheme, snippet(view, client.uuid))))
      const viewer = await new Viewer(page).alive()
      await expectNoViolations(page, 'the list on a phone')
      await viewer.open(viewer.row('user.update'))
      await expectNoViolations(page, 'an open event on a phone')
    })

    test('from right to left, the list and an open event have no violations', async ({ page, host, log, view }) => {
      const client = freshClient('شركة')
      await log.send(client, EVENTS)
      await page.goto(host.serve('/', styled(scheme, `<div dir="rtl">${snippet(view, client.uuid)}</div>`)))
      const viewer = await new Viewer(page).alive()
      await expect(viewer.frame.locator('html')).toHaveAttribute('dir', 'rtl')
      await viewer.open(viewer.row('user.update'))
      await expectNoViolations(page, 'an open event from right to left')
    })

    test('an empty log, a search without a match and a missing event have no violations', async ({ page, host, log, view }) => {
      const client = freshClient()
      await page.goto(host.serve('/', styled(scheme, snippet(view, client.uuid))))
      const viewer = await new Viewer(page).alive()
      await expect(viewer.frame.getByRole('heading', { name: 'No events yet' })).toBeVisible()
      await expectNoViolations(page, 'an empty log')

      await log.send(client, [{ action: 'first.event' }])
      await viewer.frame.getByRole('link', { name: 'Look again' }).click()
      await expect(viewer.rows).toHaveCount(1)
      await viewer.search.fill('nothing like it')
      await expect(viewer.frame.getByRole('heading', { name: 'No events match' })).toBeVisible()
      await expectNoViolations(page, 'no match')

      await page.goto(`${page.url()}?audit=event%3D01939c5e-8f2a-7b3c-9d4e-5f6071829304`)
      await expect(viewer.drawer.getByText('This event is not here')).toBeVisible()
      await expectNoViolations(page, 'a missing event')
    })

    test('a refusal and trouble with the server have no violations', async ({ page, host, log, view }) => {
      await page.goto(host.serve('/refused', styled(scheme, call(withToken(view, 'none')))))
      const viewer = new Viewer(page)
      await expect(viewer.notice).toBeVisible()
      await expectNoViolations(page, 'a refusal')

      const client = freshClient()
      await log.send(client, EVENTS)
      await page.goto(host.serve('/', styled(scheme, call(withKey(view, client.uuid)))))
      await viewer.alive()
      await page.route(`${SERVER}/embed/**`, (route) => route.fulfill({ status: 500, body: '' }))
      await viewer.filter('Outcome').selectOption('failure')
      await expect(viewer.frame.getByRole('alert')).toContainText('could not be reached')
      await expectNoViolations(page, 'trouble')
    })

    test('the API’s page has no violations', async ({ page }) => {
      await page.goto(`${SERVER}/api`)
      await expectNoViolations(page, 'the API’s page')
    })
  })
}
