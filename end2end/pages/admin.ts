// The people who run the logs: the first of them, signed in.
import type { Page } from '@playwright/test'
import { expect } from '@playwright/test'
import type { OwnProduct } from '../own_product'

export const PASSWORD = 'seven small boats'

/** Takes the printed link, and becomes the owner. */
export async function signedUp(page: Page, own: OwnProduct): Promise<void> {
  await page.goto(own.setUp)
  await page.getByLabel('Your name').fill('Anna Berg')
  await page.getByLabel('E-mail address').fill('anna@harbour.test')
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Create my account' }).click()
  await expect(page.getByRole('link', { name: 'Anna Berg' })).toBeVisible()
}
