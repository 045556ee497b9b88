// The people who run the logs: from the printed link to a key that sends events, and out again.
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures'
import { PASSWORD, setUp as introduce } from '../pages/admin'
import { expectNoViolationsDayAndNight as accessible } from '../pages/axe'

async function setUp(page: Page, link: string) {
  await introduce(page, link)
  await page.getByRole('link', { name: 'API keys' }).click()
  await expect(page.getByRole('heading', { name: 'API keys' })).toBeVisible()
}

test('the printed link makes the owner, whose first key sends an event', async ({ page, own, request }) => {
  await page.goto(own.setUp)
  await expect(page.getByLabel('Set-up code')).toHaveValue(own.setUp.split('#')[1] ?? '')
  expect(page.url(), 'the code leaves the address').toBe(`${own.origin}/admin/set-up`)
  await accessible(page)
  await setUp(page, own.setUp)
  await accessible(page)
  await page.getByLabel('Name').fill('Billing service')
  await page.keyboard.press('Enter')
  const made = page.getByRole('status')
  await expect(made).toContainText('Your new key')
  const [id, secret] = await made.locator('dd code').allInnerTexts()
  await accessible(page)
  const send = async () => {
    const headers = { 'x-api-key': `${id}:${secret}` }
    const data = [{ client: { uuid: 'c' }, action: 'user.invite', actor: { uuid: 'u' } }]
    return (await request.post(`${own.origin}/api/v1/events`, { headers, data })).status()
  }
  expect(await send()).toBe(200)
  await page.getByRole('link', { name: 'API keys' }).click()
  await expect(page.locator('body')).not.toContainText(secret ?? 'a secret')
  const row = page.getByRole('row', { name: 'Billing service' })
  await row.getByLabel('Revoke Billing service').click()
  await row.getByRole('button', { name: 'Revoke key' }).click()
  await expect(page.getByRole('row', { name: 'Billing service' })).toContainText('Revoked')
  expect(await send()).toBe(403)
})

test('whoever signed out signs in again and is where they wanted to be', async ({ page, own }) => {
  await setUp(page, own.setUp)
  await page.getByRole('link', { name: 'Anna Berg' }).click()
  await accessible(page)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await page.goto(`${own.origin}/admin/account`)
  await accessible(page)
  await page.getByLabel('E-mail address').fill('anna@harbour.test')
  await page.getByLabel('Password').fill('wrong')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('alert')).toHaveText('The e-mail address or the password is not right.')
  await page.getByLabel('Password').fill(PASSWORD)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Your account' })).toBeVisible()
})

test('an invited colleague joins, until they are taken out again', async ({ page, own, browser }) => {
  await setUp(page, own.setUp)
  await page.getByRole('link', { name: 'Members' }).click()
  await accessible(page)
  await page.getByLabel('admin').check()
  await page.getByRole('button', { name: 'Create invitation link' }).click()
  const link = await page.getByRole('status').locator('code').innerText()
  await accessible(page)
  const colleague = await (await browser.newContext()).newPage()
  await colleague.goto(link)
  expect(colleague.url()).toBe(`${own.origin}/admin/join`)
  await accessible(colleague)
  await colleague.getByLabel('Your name').fill('Ben Okafor')
  await colleague.getByLabel('E-mail address').fill('ben@harbour.test')
  await colleague.getByLabel('Password').fill(PASSWORD)
  await colleague.keyboard.press('Enter')
  await expect(colleague.getByRole('heading', { name: 'Overview' })).toBeVisible()
  await page.getByRole('link', { name: 'Members' }).click()
  await page.getByLabel('Role of Ben Okafor').selectOption('owner')
  const row = page.getByRole('row', { name: 'Ben Okafor' })
  await row.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('status')).toHaveText('The role is changed.')
  await row.locator('summary').click()
  await row.getByRole('button', { name: 'Remove member' }).click()
  await expect(page.getByRole('status')).toHaveText('They are no member any more.')
  await colleague.reload()
  await expect(colleague.getByRole('heading', { name: 'Sign in' })).toBeVisible()
})

test('the pages fit a phone', async ({ page, own }) => {
  await page.setViewportSize({ width: 390, height: 760 })
  await introduce(page, own.setUp)
  for (const path of ['/admin/projects/default/keys', '/admin/projects/default/views', '/admin/projects/default/members', '/admin/account']) {
    await page.goto(own.origin + path)
    for (const summary of await page.locator('main summary').all()) await summary.click()
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    expect(over, path).toBeLessThanOrEqual(0)
  }
})
