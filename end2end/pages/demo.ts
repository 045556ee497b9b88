// The demo's host application.
import type { Page } from '@playwright/test'
import { DEMO } from '../product'
import { Viewer } from './viewer'

export interface Choice {
  client?: string
  with?: 'key' | 'token'
  scheme?: 'auto' | 'light' | 'dark'
}

export class Demo {
  readonly viewer: Viewer

  constructor(readonly page: Page) {
    this.viewer = new Viewer(page)
  }

  async goto(choice: Choice = {}, way: '/' | '/strict' | '/element' = '/'): Promise<Viewer> {
    await this.page.goto(`${DEMO}${way}?${new URLSearchParams({ ...choice })}`)
    return this.viewer
  }
}
