// What axe says of a page.
import { AxeBuilder } from '@axe-core/playwright'
import { type Page, expect, test } from '@playwright/test'

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Checks the page with all its frames, as it is. */
export async function expectNoViolations(page: Page, state: string): Promise<void> {
  const { violations, passes } = await new AxeBuilder({ page }).withTags(TAGS).analyze()
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}: ${node.target.join(' > ')}: ${node.html.slice(0, 160)}: ${node.any[0]?.message ?? ''}`),
  )
  expect(found, state).toEqual([])
  expect(passes.length, `${state}: nothing was checked`).toBeGreaterThan(15)
}

/** Checks the page by day and by night. Without motion: a colour on its way to another one has no contrast to speak of. */
export async function expectNoViolationsDayAndNight(page: Page): Promise<void> {
  // Looking at a whole page four times, on a machine with other work, takes longer than what a test is about.
  test.setTimeout(120_000)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await expectNoViolations(page, colorScheme)
  }
}
