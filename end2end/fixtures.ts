// What tests stand on: the shared product, its log, hosts that end with the test, a server of its own where needed.
import { test as base } from '@playwright/test'
import { Host } from './hosts/host'
import { Log } from './log'
import { OwnProduct } from './own_product'
import { type View, shared } from './product'

interface ForOneTest {
  /** A company's web server. */
  host: Host
  /** Starts more of them. */
  startHost: typeof Host.start
  /** A product that the test may change. */
  own: OwnProduct
}

interface ForOneWorker {
  /** The shared product's log. */
  log: Log
  /** The shared product's view. */
  view: View
}

export const test = base.extend<ForOneTest, ForOneWorker>({
  startHost: async ({}, use) => {
    const started: Host[] = []
    await use(async (name) => {
      const host = await Host.start(name)
      started.push(host)
      return host
    })
    await Promise.all(started.map((host) => host.stop()))
  },
  host: async ({ startHost }, use) => use(await startHost()),
  own: async ({}, use) => {
    const own = await OwnProduct.start()
    await use(own)
    await own.stop()
  },
  log: [async ({}, use) => use(new Log(shared)), { scope: 'worker' }],
  view: [async ({}, use) => use(shared.view()), { scope: 'worker' }],
})

export { expect } from '@playwright/test'
