// The editor of a view, as an admin sees it.
import { type FrameLocator, type Locator, type Page, expect } from '@playwright/test'

export class Studio {
  readonly preview: FrameLocator
  readonly unsaved: Locator
  readonly save: Locator

  constructor(readonly page: Page) {
    this.preview = page.frameLocator('#preview')
    this.unsaved = page.locator('#unsaved')
    this.save = page.getByRole('button', { name: 'Save changes' })
  }

  /** Opens the project's first view, and waits until it can be edited. */
  async open(origin: string): Promise<this> {
    await this.page.goto(`${origin}/admin/projects/default/views`)
    await this.page.getByRole('link', { name: 'Customize' }).click()
    await expect(this.page.locator('#editor:not([inert])')).toBeVisible()
    await expect(this.preview.locator('tbody tr')).toHaveCount(8)
    return this
  }

  async pane(name: 'Layout' | 'Columns' | 'Look'): Promise<void> {
    await this.page.locator('.segments').getByText(name, { exact: true }).click()
  }

  field(name: string): Locator {
    return this.page.locator('#editor').getByLabel(name, { exact: true })
  }

  /** The headings of the preview's columns. */
  headings(): Locator {
    return this.preview.locator('th bdi')
  }

  async saved(): Promise<void> {
    await this.save.click()
    await expect(this.page.getByText('All changes saved')).toBeVisible()
  }
}
