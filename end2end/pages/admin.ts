// The pages of the people who run the logs.
import { type Page, expect } from '@playwright/test'

export const PASSWORD = 'seven small boats'

/** Introduces the first person, by the link that the server printed; they see the overview of their project. */
export async function setUp(page: Page, link: string): Promise<void> {
  await page.goto(link)
  await page.getByLabel('Your name').fill('Anna Berg')
  await page.getByLabel('E-mail address').fill('anna@harbour.test')
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Create my account' }).click()
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible()
}
