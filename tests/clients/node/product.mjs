// The product under test: a server of its own over a fresh data folder, and the command line beside it.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const root = join(import.meta.dirname, '../../..')
const binary = process.env.DAYBOOK_TEST_BINARY ?? join(root, 'target/debug/daybook')

// Settings that a developer may have are not the tests'.
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('DAYBOOK_')))

/** What a server does with requests that only the vendor's rules are against. */
export const MODES = ['open', 'strict']

export class Product {
  /**
   * Starts a server; `settings` are those of `daybook serve`, such as `{monthly_quota: 3}`. In the mode `strict` it
   * refuses what the vendors refuse, so organizations and actions are there only once they are made.
   */
  static async start(settings = {}, mode = 'open') {
    const product = new Product()
    product.mode = mode
    product.organizations = new Map()
    product.actions = new Set()
    product.data = mkdtempSync(join(tmpdir(), 'daybook-clients-'))
    product.environment = { ...environment, DAYBOOK_DATA: product.data }
    const flags = Object.entries(settings).map(([name, value]) => `--${name.replaceAll('_', '-')}=${value}`)
    product.server = spawn(binary, ['serve', '--listen', '127.0.0.1:0', ...flags], {
      env: product.environment,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    for await (const line of createInterface(product.server.stdout)) {
      const [origin] = line.match(/http:\/\/127\.0\.0\.1:\d+/) ?? []
      if (!origin) continue
      product.origin = origin
      product.key = product.createKey('tests')
      product.daybook('strictness', 'set', '--workos', mode, '--retraced', mode)
      return product
    }
    throw new Error('the server ended before it said where it listens')
  }

  /** Runs a command beside the server; answers its output. */
  daybook(...words) {
    return execFileSync(binary, words, { encoding: 'utf8', env: this.environment })
  }

  /** A fresh API key: `id`, `secret` and `bearer`. */
  createKey(name) {
    return JSON.parse(this.daybook('key', 'create', '--name', name, '--json'))
  }

  /** The id of an organization that WorkOS's events may be of: one that was made, where it must be. */
  async organization(name) {
    if (this.mode === 'open') return name
    if (!this.organizations.has(name)) this.organizations.set(name, (await this.post('/organizations', { name })).id)
    return this.organizations.get(name)
  }

  /** The name of an action that WorkOS's events may have: one with a schema, where it must have one. */
  async action(name) {
    if (this.mode !== 'open' && !this.actions.has(name)) {
      await this.post(`/audit_logs/actions/${name}/schemas`, { targets: [{ type: 'team' }] })
      this.actions.add(name)
    }
    return name
  }

  /** The answer to JSON that is sent with the server's key. */
  async post(path, body) {
    const headers = { authorization: `Bearer ${this.key.bearer}`, 'content-type': 'application/json' }
    const answer = await fetch(this.origin + path, { method: 'POST', headers, body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return answer.json()
  }

  async stop() {
    const ended = once(this.server, 'exit')
    this.server.kill('SIGTERM')
    await ended
    rmSync(this.data, { recursive: true, force: true })
  }
}
