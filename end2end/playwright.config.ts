// Drives the product as a customer's browser would: the built server with the demo, on ports of its own, over a fresh
// data folder. Run `cargo xtask front` and `cargo build --features ssr` first, or all of it by `make test`.
import { defineConfig, devices } from '@playwright/test'
import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { BINARY, DATA, SERVER, environment } from './product'

// Every worker reads this file again; only the first reader comes before the server.
if (process.env.TEST_WORKER_INDEX === undefined) {
  rmSync(DATA, { recursive: true, force: true })
}

const browser = execFileSync(join(import.meta.dirname, '../scripts/find-browser'), { encoding: 'utf8' }).trim()

export default defineConfig({
  testDir: 'tests',
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  workers: 2,
  // A check of a whole page for accessibility takes most of half a minute where two of them share slow cores.
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  outputDir: 'test-results',
  use: {
    ...devices['Desktop Chrome'],
    baseURL: SERVER,
    locale: 'en-GB',
    timezoneId: 'Europe/Stockholm',
    // Traces slow every test down; `TRACE=1` records them.
    trace: process.env.TRACE ? 'retain-on-failure' : 'off',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: browser,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--disable-dev-shm-usage',
      ],
    },
  },
  webServer: {
    command: `"${BINARY}" serve --demo`,
    url: `${SERVER}/health/ready`,
    env: environment,
    reuseExistingServer: false,
    stdout: 'ignore',
    stderr: 'pipe',
    gracefulShutdown: { signal: 'SIGTERM', timeout: 10_000 },
    timeout: 60_000,
  },
})
