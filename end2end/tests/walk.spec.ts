// The whole way of somebody new: from an empty folder to their customer's page.
import { execFileSync } from 'node:child_process'
import { expect, test } from '../fixtures'
import { page as hostPage } from '../hosts/snippets'
import { setUp } from '../pages/admin'
import { expectNoViolationsDayAndNight } from '../pages/axe'
import { Studio } from '../pages/studio'
import { Viewer } from '../pages/viewer'

const LOGO = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><circle cx="10" cy="10" r="9"/></svg>'

test('from the printed link to a customer’s log in a page of another origin', async ({ page, own, host }) => {
  await setUp(page, own.setUp)
  await page.getByRole('link', { name: 'Getting started' }).click()
  const step = (name: string) => page.getByRole('listitem').filter({ has: page.getByRole('heading', { name }) })
  await expect(step('Customize the view')).toContainText('To do')
  await expect(step('Send events')).toContainText('Waiting for the first event…')
  await expectNoViolationsDayAndNight(page)

  await page.getByRole('button', { name: 'Create a key and test event' }).click()
  const line = await page.getByRole('region', { name: 'Test event' }).locator('code').innerText()
  execFileSync('bash', ['-c', line], { stdio: 'pipe' })
  await expect(step('Send events'), 'it completes by itself').toContainText('Done')
  await expect(page.locator('#latest')).toContainText('user.invite by Roberta Wharton')

  await page.getByRole('link', { name: 'Customize the view' }).click()
  const studio = new Studio(page)
  await expect(page.locator('#editor:not([inert])')).toBeVisible()
  await studio.field('Title').fill('Harbour Activity')
  await page.getByLabel('Upload: Light logo').setInputFiles({ name: 'logo.svg', mimeType: 'image/svg+xml', buffer: Buffer.from(LOGO) })
  await expect(studio.field('Light logo')).toHaveValue(/pictures/)
  await studio.pane('Columns')
  await studio.field('Add a column of').selectOption('outcome')
  await page.getByRole('button', { name: 'Remove IP address' }).click()
  await studio.saved()

  await page.getByRole('link', { name: 'Embed script' }).click()
  await page.getByText('To try it out').click()
  await page.getByRole('button', { name: 'Show it with the access key' }).click()
  await expect(page.locator('#text-key')).toBeVisible()
  const snippet = await page.locator('#text-key').innerText()
  host.serve('/', hostPage(snippet))
  const customer = await page.context().newPage()
  await customer.goto(host.origin)
  const viewer = new Viewer(customer)
  await expect(viewer.frame.getByRole('heading', { name: 'Harbour Activity' })).toBeVisible()
  await expect(viewer.frame.locator('img.logo')).toBeVisible()
  await expect(viewer.frame.locator('th bdi')).toHaveText(['Time', 'Actor', 'Action', 'Target', 'Outcome'])
  await expect(viewer.rows).toHaveCount(1)
  await expect(viewer.rows.first()).toContainText('Roberta Wharton')

  await page.getByRole('link', { name: 'Getting started' }).click()
  await expect(page.getByText('To do'), 'all is done').toHaveCount(0)
})

test('the list of steps goes on after an answer that failed', async ({ page, own }) => {
  await setUp(page, own.setUp)
  await page.route('**/start/state', (route) => route.fulfill({ status: 502 }), { times: 1 })
  const answered = (status: number) =>
    page.waitForResponse((answer) => answer.url().endsWith('/start/state') && answer.status() === status)
  const failed = answered(502)
  await page.getByRole('link', { name: 'Getting started' }).click()
  await failed
  await answered(200)
})
