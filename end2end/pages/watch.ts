// What a page does besides showing itself: everything that a quiet page would not do.
import type { Page } from '@playwright/test'

export interface Violation {
  directive: string
  blocked: string
  page: string
}

export class Watch {
  readonly dialogs: string[] = []
  readonly errors: string[] = []
  readonly violations: Violation[] = []
  readonly urls: string[] = []

  private constructor() {}

  /** Begins to watch a page and all its frames; before it goes anywhere. */
  static async over(page: Page): Promise<Watch> {
    const watch = new Watch()
    page.on('dialog', async (dialog) => {
      watch.dialogs.push(dialog.message())
      await dialog.dismiss()
    })
    page.on('pageerror', (error) => watch.errors.push(String(error)))
    page.on('console', (message) => {
      if (message.type() === 'error') watch.errors.push(message.text())
    })
    page.on('request', (request) => watch.urls.push(request.url()))
    page.on('framenavigated', (frame) => watch.urls.push(frame.url()))
    await page.exposeFunction('tellViolation', (violation: Violation) => watch.violations.push(violation))
    await page.addInitScript(() => {
      addEventListener('securitypolicyviolation', (event) => {
        const tell = (window as unknown as { tellViolation(violation: object): void }).tellViolation
        tell({ directive: event.effectiveDirective, blocked: event.blockedURI, page: location.origin })
      })
    })
    return watch
  }
}
