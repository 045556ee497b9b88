// The first of the people who run the logs.
import { type Page, expect } from '@playwright/test'

export const PASSWORD = 'seven small boats'

/** Creates the owner's account by the printed link; ends on the page of API keys. */
export async function setUp(page: Page, link: string) {
  await page.goto(link)
  await page.getByLabel('Your name').fill('Anna Berg')
  await page.getByLabel('E-mail address').fill('anna@harbour.test')
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Create my account' }).click()
  await expect(page.getByRole('heading', { name: 'Views' })).toBeVisible()
  await page.getByRole('link', { name: 'API keys' }).click()
  await expect(page.getByRole('heading', { name: 'API keys' })).toBeVisible()
}
