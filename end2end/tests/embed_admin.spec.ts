// Who may open a view, and how it gets into a page, as its keepers say it.
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures'
import { page as hostPage } from '../hosts/snippets'
import { Log, freshClient } from '../log'
import type { OwnProduct } from '../own_product'
import { setUp } from '../pages/admin'
import { expectNoViolationsDayAndNight as accessible } from '../pages/axe'

/** A tab of the first view, as its owner opens it. */
async function openTab(page: Page, own: OwnProduct, name: 'Security' | 'Embed script') {
  await setUp(page, own.setUp)
  await page.getByRole('link', { name: 'Views', exact: true }).click()
  await page.getByRole('link', { name, exact: true }).click()
  await expect(page.getByRole('navigation', { name: 'This view' }).getByRole('link', { name })).toHaveAttribute('aria-current', 'page')
}

test('what is said of a view holds for whoever opens it', async ({ page, own, host }) => {
  await openTab(page, own, 'Embed script')
  const key = own.view().accessKey
  await page.getByText('To try it out').click()
  expect(await page.content(), 'not before it is asked for').not.toContain(key)
  await page.getByRole('button', { name: 'Show it with the access key' }).click()
  await expect(page.locator('#text-key')).toBeVisible()
  const snippet = await page.locator('#text-key').innerText()
  host.serve('/', hostPage(snippet))
  const customer = await page.context().newPage()
  await customer.goto(host.origin)
  const frame = customer.frameLocator('iframe')
  await expect(frame.getByRole('heading', { name: 'Audit log' })).toBeVisible()
  await page.getByRole('link', { name: 'Security', exact: true }).first().click()
  await page.getByLabel('Signed tokens only').check()
  await page.getByRole('button', { name: 'Save changes' }).click()
  await expect(page.getByRole('status').first()).toHaveText('Saved.')
  await customer.reload()
  await expect(frame.getByRole('heading')).toHaveText('This log cannot be shown')
  await page.getByLabel('Signed tokens only').uncheck()
  await page.getByRole('button', { name: 'Save changes' }).click()
  await page.getByText('Replace the access key…').click()
  await page.getByLabel('The present key opens the view').selectOption('hour')
  await page.getByRole('button', { name: 'Replace it' }).click()
  await expect(page.getByText('The key before it still opens the view')).toBeVisible()
  await customer.reload()
  await expect(frame.getByRole('heading', { name: 'Audit log' })).toBeVisible()
  await page.getByRole('button', { name: 'End that now' }).click()
  await customer.reload()
  await expect(frame.getByRole('heading')).toHaveText('This log cannot be shown')
})

test('a page that was refused is let in by a button', async ({ page, own, host }) => {
  await openTab(page, own, 'Security')
  await page.getByLabel('Another origin').fill('https://app.example.com')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Remove https://app.example.com' })).toBeVisible()
  const view = own.view()
  host.serve('/', hostPage(`<div id="audit-log"></div><script src="${own.origin}/embed.js" data-view="${view.id}" data-access-key="${view.accessKey}" data-client-id="c"></script>`))
  const customer = await page.context().newPage()
  const refused = customer.waitForResponse((response) => response.url().includes(`/embed/${view.id}`))
  await customer.goto(host.origin)
  expect((await refused).status()).toBe(403)
  const allow = page.getByRole('button', { name: `Allow ${host.origin}` })
  await expect(async () => {
    await page.getByRole('link', { name: 'Security', exact: true }).first().click()
    await expect(allow).toBeVisible({ timeout: 500 })
  }).toPass()
  await allow.click()
  await customer.reload()
  await expect(customer.frameLocator('iframe').getByRole('heading', { name: 'Audit log' })).toBeVisible()
})

test('a secret is shown when asked for, and its copying is said aloud', async ({ page, own, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await openTab(page, own, 'Security')
  await accessible(page)
  await page.getByRole('button', { name: 'Show the secret' }).focus()
  await page.keyboard.press('Enter')
  const secret = page.locator('#signing-secret')
  await expect(secret).toHaveText(own.view().signingSecret)
  await page.getByRole('row').filter({ has: secret }).getByRole('button', { name: 'Copy' }).click()
  await expect(page.locator('#copied')).toHaveText('Copied')
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(own.view().signingSecret)
  await accessible(page)
  await page.getByRole('button', { name: 'Add a secret' }).click()
  await expect(page.getByRole('button', { name: 'Show the secret' })).toHaveCount(2)
  for (const summary of await page.locator('main summary').all()) await summary.click()
  await accessible(page)
})

test('the bench runs the snippet and says what is right and wrong', async ({ page, own }) => {
  const client = freshClient('Bench Client')
  await new Log(own).send(client, [{ action: 'user.invite' }])
  await openTab(page, own, 'Embed script')
  const bench = page.frameLocator('iframe[name="bench"]')
  await expect(bench.getByRole('heading')).toHaveText('Nothing tested yet')
  await page.getByLabel('Client id').fill(client.uuid)
  await page.getByLabel('Your page’s origin').fill('https://app.example.com')
  await page.keyboard.press('Enter')
  const found = bench.locator('.checks')
  await expect(found.getByRole('listitem')).toHaveText([
    /^Right\s*Script/,
    /^Wrong\s*Page\s*https:\/\/app\.example\.com may not/,
    /^Right\s*Credential/,
    /^Right\s*Events\s*1 of this client/,
    /^Right\s*View\s*It is open/,
  ])
  await expect(bench.frameLocator('iframe').getByRole('link', { name: 'user.invite', exact: true })).toBeVisible()
  await accessible(page)
  await page.getByLabel('A token of your server').check()
  await page.getByLabel('The token', { exact: true }).fill('not.a.token')
  await page.getByRole('button', { name: 'Test', exact: true }).click()
  await expect(found.getByRole('listitem').nth(2)).toContainText('signature is not valid')
  await expect(found.getByRole('listitem').nth(4)).toContainText('Wrong')
})

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false })

  test('the texts are there to select and the bench says what the server knows', async ({ page, own }) => {
    await page.goto(own.setUp)
    await page.getByLabel('Set-up code').fill(own.setUp.split('#')[1] ?? '')
    await page.getByLabel('Your name').fill('Anna Berg')
    await page.getByLabel('E-mail address').fill('anna@harbour.test')
    await page.getByLabel('Password').fill('seven small boats')
    await page.getByRole('button', { name: 'Create my account' }).click()
    await page.goto(`${own.origin}/admin/projects/default/views/${own.view().id}/embed`)
    await expect(page.locator('#text-page')).toContainText(own.view().id)
    await expect(page.getByRole('button', { name: 'Copy' })).toHaveCount(0)
    await page.getByText('Python', { exact: true }).click()
    await expect(page.locator('#text-python')).toBeVisible()
    await page.getByLabel('Client id').fill('nobody')
    await page.getByRole('button', { name: 'Test', exact: true }).click()
    const bench = page.frameLocator('iframe[name="bench"]')
    await expect(bench.getByText('There is none of this client')).toBeVisible()
    await expect(bench.getByText('Only a browser with scripts finds out.')).toHaveCount(2)
  })
})

test('both pages fit a phone', async ({ page, own }) => {
  await openTab(page, own, 'Security')
  await page.setViewportSize({ width: 390, height: 760 })
  for (const name of ['Security', 'Embed script']) {
    await page.getByRole('navigation', { name: 'This view' }).getByRole('link', { name }).click()
    for (const summary of await page.locator('main summary').all()) await summary.click()
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), name).toBeLessThanOrEqual(0)
    await accessible(page)
  }
})
