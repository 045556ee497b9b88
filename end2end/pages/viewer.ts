// The viewer in its frame, as its reader sees it.
import { readFile } from 'node:fs/promises'
import { type FrameLocator, type Locator, type Page, expect } from '@playwright/test'

const LISTS = { Client: 'client', Actor: 'actor', Action: 'action', Target: 'target', 'Target type': 'type' }

/** Filters whose values are looked up. */
type List = keyof typeof LISTS

export class Viewer {
  readonly body: Locator
  readonly rows: Locator
  /** Whose log it is. */
  readonly client: Locator
  readonly search: Locator
  /** How many events there are. */
  readonly total: Locator
  readonly chips: Locator
  readonly pager: Locator
  /** Opens the menu of files. */
  readonly export: Locator
  readonly drawer: Locator
  /** The headline of an explaining page. */
  readonly notice: Locator

  constructor(
    readonly page: Page,
    readonly frame: FrameLocator = page.frameLocator('iframe'),
  ) {
    this.body = frame.locator('body')
    this.rows = frame.locator('#events tbody tr')
    this.client = frame.locator('header.masthead .client')
    this.search = frame.getByRole('searchbox', { name: 'Search events' })
    this.total = frame.locator('#total')
    this.chips = frame.getByRole('list', { name: 'Filters in force' })
    this.export = frame.locator('summary').filter({ hasText: 'Export' })
    this.pager = frame.getByRole('navigation', { name: 'Pages' })
    this.drawer = frame.locator('dialog#details')
    this.notice = frame.locator('.notice h1')
  }

  /** Waits until scripts have taken over; everything works before that as well. */
  async alive(): Promise<this> {
    await expect(this.frame.locator('body[data-alive]')).toBeAttached()
    return this
  }

  row(text: string | RegExp): Locator {
    return this.rows.filter({ hasText: text })
  }

  /** The link that opens a row's details. */
  opener(row: Locator): Locator {
    return row.getByRole('link', { name: /^View details/ })
  }

  async open(row: Locator): Promise<void> {
    await this.opener(row).click()
    await expect(this.drawer).toBeVisible()
  }

  /** The list of outcomes to filter by. */
  filter(name: 'Outcome'): Locator {
    return this.frame.getByRole('combobox', { name, exact: true })
  }

  /** A menu of values to filter by. */
  menu(name: List): Locator {
    return this.frame.locator('details.menu').filter({ has: this.chosen(name) })
  }

  /** What opens it, and says which value is chosen: `Actor: Any actor`. */
  chosen(name: List): Locator {
    return this.frame.locator(`summary#f-${LISTS[name]}`)
  }

  /** Opens a menu and picks a value by what it is called. */
  async choose(name: List, label: string): Promise<void> {
    await this.chosen(name).click()
    await this.menu(name).locator('li a').filter({ hasText: label }).first().click()
  }

  /** Takes a file from the menu, and reads it. */
  async take(format: 'CSV' | 'JSON' | 'NDJSON'): Promise<{ name: string; text: string }> {
    await this.export.click()
    const begun = this.page.waitForEvent('download')
    await this.frame.locator(`a[data-file="${format.toLowerCase()}"]`).click()
    const download = await begun
    return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') }
  }

  /** What the drawer says under a name. */
  fact(section: string, name: string): Locator {
    const heading = this.frame.getByRole('heading', { name: section, exact: true, level: 3 })
    const fact = this.drawer.locator('section').filter({ has: heading }).locator('dl > div')
    return fact.filter({ has: this.frame.locator('dt').getByText(name, { exact: true }) }).locator('dd').first()
  }

  /** The document's own address, without the origin. */
  address(): Promise<string> {
    return this.body.evaluate(() => location.pathname + location.search)
  }

  /** Whether the document is wider than its frame. */
  async expectNoSidewaysScroll(): Promise<void> {
    const [whole, seen] = await this.body.evaluate(() => {
      const root = document.documentElement
      return [Math.max(root.scrollWidth, document.body.scrollWidth), root.clientWidth]
    })
    expect(whole, 'the width of the whole document').toBeLessThanOrEqual(seen)
  }
}
