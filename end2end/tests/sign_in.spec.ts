// Signing in with more than a password: a second factor, and the company's own provider.
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures'
import { OwnProduct } from '../own_product'
import { PASSWORD, setUp } from '../pages/admin'
import { expectNoViolationsDayAndNight as accessible } from '../pages/axe'
import { Provider } from '../provider'
import { code } from '../totp'

/** The page is no wider than its window. */
async function expectNoSidewaysScroll(page: Page) {
  const [whole, seen] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth])
  expect(whole).toBeLessThanOrEqual(seen ?? 0)
}

/** On a phone as well as on a desk, by day and by night. */
async function inOrder(page: Page) {
  await accessible(page)
  await page.setViewportSize({ width: 390, height: 844 })
  await expectNoSidewaysScroll(page)
  await accessible(page)
  await page.setViewportSize({ width: 1280, height: 760 })
}

/** Turns the second factor on; its secret and recovery codes. */
async function turnOn(page: Page): Promise<{ secret: string; recovery: string[] }> {
  await page.getByRole('link', { name: 'Anna Berg' }).click()
  await page.getByRole('link', { name: /second factor/i }).click()
  await inOrder(page)
  await page.getByRole('button', { name: 'Set up' }).click()
  await inOrder(page)
  const secret = await page.locator('dd code').innerText()
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByLabel('Code').fill(code(secret, -1))
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: /recovery codes/ })).toBeVisible()
  await inOrder(page)
  return { secret, recovery: await page.locator('.codes code').allInnerTexts() }
}

async function signOut(page: Page) {
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
}

/** As far as the question for a code. */
async function signInWithPassword(page: Page) {
  await page.getByLabel('E-mail address').fill('anna@harbour.test')
  await page.getByLabel('Password').fill(PASSWORD)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Your code' })).toBeVisible()
}

// Five codes, which is how many may be tried at once.
test('a second factor is turned on, asked for, and given by a code or a recovery code, each once', async ({ page, own }) => {
  test.slow()
  await setUp(page, own.setUp)
  const { secret, recovery } = await turnOn(page)
  await signOut(page)
  await signInWithPassword(page)
  await inOrder(page)
  await page.goto(`${own.origin}/admin/account`)
  await expect(page.getByRole('heading', { name: 'Sign in' }), 'a password alone opens nothing').toBeVisible()

  await signInWithPassword(page)
  await page.getByLabel('Code').fill('000000')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('alert')).toHaveText('The code is not right, or was used before.')
  await inOrder(page)
  await page.getByLabel('Code').fill(code(secret))
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Your account' })).toBeVisible()

  await signOut(page)
  await signInWithPassword(page)
  await page.getByLabel('Code').fill(recovery[0] ?? '')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible()
  await signOut(page)
  await signInWithPassword(page)
  await page.getByLabel('Code').fill(recovery[0] ?? '')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('alert'), 'a recovery code is good once').toHaveText('The code is not right, or was used before.')
})

test('a member comes in by the company’s own provider, and nobody else does', async ({ page }) => {
  test.slow()
  const provider = await Provider.start()
  const own = await OwnProduct.start(provider.settings)
  try {
    await setUp(page, own.setUp)
    await signOut(page)
    await inOrder(page)
    await page.getByRole('link', { name: 'Sign in at 127.0.0.1' }).click()
    await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible()
    await signOut(page)
    provider.email = 'eve@elsewhere.test'
    await page.getByRole('link', { name: 'Sign in at 127.0.0.1' }).click()
    await expect(page.getByRole('alert')).toBeVisible()
    await inOrder(page)
    await page.goto(`${own.origin}/admin/account`)
    await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  } finally {
    await own.stop()
    provider.stop()
  }
})
