// The readme's sample, from the curl line to the customer's page.
import { execFileSync } from 'node:child_process'
import { expect, test } from '../fixtures'
import { page as hostPage, snippet } from '../hosts/snippets'
import { Demo } from '../pages/demo'
import { Viewer } from '../pages/viewer'
import { SERVER, shared } from '../product'

const BODY = `[{
  "uuid": "sample-event-001", "client": {"uuid": "1234567890", "name": "Great Client"}, "time": "2018-06-30T16:35:52",
  "action": "user.invite", "description": "Invited new user, QA role", "url": "",
  "actor": {"uuid": "bd275099-e808-4c1a-bd32-57a589b7cf93", "name": "Roberta Wharton", "email": "rwharton@great-client.test"},
  "context": {"client": {"ipAddress": "", "browserAgent": "Mozilla/5.0 (Windows NT 6.1; WOW64)"}, "server": {"serverId": "prod-01-us-appfarm", "version": "20180325-01"}},
  "target": {"type": "user", "uuid": "95c102ae-5930-413f-b794-8f0934fdb136", "label": "Salman Randall", "url": ""}}]`

/** The readme's line, with a fresh key in its place. */
function curl(): { ReceivedEvents: { id: string; uuid: string }[] } {
  const { id, secret } = shared.createKey('sample')
  const words = [`${SERVER}/api/v1/events`, '-X', 'POST', '-H', `x-api-key: ${id}:${secret}`]
  const answer = execFileSync('curl', ['-sS', ...words, '-H', 'content-type: application/json', '-d', BODY])
  return JSON.parse(answer.toString())
}

test('the readme’s event, sent by curl, stands in the table on the demo’s page', async ({ page }) => {
  const receipts = curl().ReceivedEvents
  expect(receipts).toHaveLength(1)
  expect(receipts[0].uuid).toBe('sample-event-001')

  const viewer = await new Demo(page).goto({ client: '1234567890' })
  expect(new URL(page.url()).origin).not.toBe(SERVER)
  await expect(viewer.frame.getByRole('heading', { level: 1 })).toHaveText('Harbour Activity')
  await expect(viewer.frame.getByText('Great Client')).toBeVisible()
  await expect(viewer.total).toHaveText('1 event')
  const row = viewer.row('user.invite')
  await expect(row).toHaveCount(1)
  for (const text of ['Roberta Wharton', 'rwharton@great-client.test', 'Invited new user, QA role', 'Salman Randall']) {
    await expect(row.getByText(text, { exact: true })).toBeVisible()
  }
  // Sent in UTC, read in Stockholm.
  await expect(row.locator('time').first()).toHaveText('18:35:52')
  await expect(row.locator('time').first()).toHaveAttribute('datetime', '2018-06-30T16:35:52.000Z')
})

test('its details say everything that was sent', async ({ page }) => {
  const { id } = curl().ReceivedEvents[0]
  const viewer = await (await new Demo(page).goto({ client: '1234567890' })).alive()
  await viewer.open(viewer.row('user.invite'))
  await expect(viewer.drawer.getByRole('heading', { level: 2 })).toHaveText(
    'Roberta Wharton performed user.invite on user Salman Randall',
  )
  await expect(viewer.drawer.locator('.description')).toHaveText('Invited new user, QA role')
  await expect(viewer.drawer.locator('.outcome')).toHaveText('Succeeded')
  const facts: [string, string, string][] = [
    ['Who', 'Name', 'Roberta Wharton'],
    ['Who', 'E-mail', 'rwharton@great-client.test'],
    ['Who', 'ID', 'bd275099-e808-4c1a-bd32-57a589b7cf93'],
    ['What', 'Action', 'user.invite'],
    ['On', 'Name', 'Salman Randall'],
    ['On', 'Type', 'user'],
    ['On', 'ID', '95c102ae-5930-413f-b794-8f0934fdb136'],
    ['Where', 'Browser', 'Mozilla/5.0 (Windows NT 6.1; WOW64)'],
    ['Where', 'Server', 'prod-01-us-appfarm'],
    ['Where', 'Version', '20180325-01'],
    ['Record', 'Event', id],
    ['Record', 'Sender’s ID', 'sample-event-001'],
    ['Record', 'Client', '1234567890'],
  ]
  for (const [section, name, value] of facts) {
    await expect(viewer.fact(section, name), `${section}: ${name}`).toHaveText(value)
  }
  const sent = JSON.parse(BODY)[0]
  await viewer.drawer.getByText('As it was sent').click()
  expect(JSON.parse((await viewer.drawer.locator('#raw').textContent()) ?? '')).toEqual(sent)
})

test('sent again, it is told of as before and stands there once', async ({ page }) => {
  const [first, second] = [curl(), curl()]
  expect(second.ReceivedEvents[0].id).toBe(first.ReceivedEvents[0].id)
  const viewer = await new Demo(page).goto({ client: '1234567890' })
  await expect(viewer.rows).toHaveCount(1)
})

test('the readme’s snippet works in a plain page of a third origin', async ({ page, host, view }) => {
  curl()
  await page.goto(host.serve('/', hostPage(snippet(view, '1234567890'))))
  const viewer = new Viewer(page)
  await expect(viewer.row('user.invite').getByText('Salman Randall')).toBeVisible()
  await expect(page.locator('#audit-log iframe')).toHaveAttribute('title', 'Audit log')
})
