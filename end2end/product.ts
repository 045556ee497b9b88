// The product under test: where its server and, on another origin, the demo's host application listen, and its
// command line over the same data.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

export const SERVER = 'http://127.0.0.1:3310'
export const DEMO = 'http://127.0.0.1:3311'

export const BINARY = process.env.DAYBOOK_TEST_BINARY ?? join(root, 'target/debug/daybook')
/** Made anew for every run. */
export const DATA = join(root, 'target/end2end-data')

// Settings that a developer may have are not the tests'.
for (const name of Object.keys(process.env)) {
  if (name.startsWith('DAYBOOK_') && !name.startsWith('DAYBOOK_TEST_')) delete process.env[name]
}

/** The product's settings. */
export const environment: Record<string, string> = {
  DAYBOOK_DATA: DATA,
  DAYBOOK_LISTEN: new URL(SERVER).host,
  DAYBOOK_DEMO_LISTEN: new URL(DEMO).host,
}

/** Runs a command such as `daybook('key', 'create', '--name', 'x', '--json')` beside the server; answers its output. */
export function daybook(...words: string[]): string {
  return execFileSync(BINARY, words, { encoding: 'utf8', env: { ...process.env, ...environment } })
}

/** A fresh API key. */
export function createKey(name: string): { id: string; secret: string; bearer: string } {
  return JSON.parse(daybook('key', 'create', '--name', name, '--json'))
}

/** The view that is there from the first start. */
export function view(): { id: string; access_key: string } {
  return JSON.parse(daybook('view', 'show', '--json'))
}
