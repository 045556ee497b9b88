// The product under test: where its server and, on another origin, the demo's host application listen, and its
// command line over the same data.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

/** Two runs at a time need two: `DAYBOOK_TEST_PORT` names another, and the one after it is the demo's. */
const port = Number(process.env.DAYBOOK_TEST_PORT ?? 3310)
export const SERVER = `http://127.0.0.1:${port}`
export const DEMO = `http://127.0.0.1:${port + 1}`

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

export interface Key {
  id: string
  secret: string
  bearer: string
}

/** A view with all that its company knows of it. */
export interface View {
  id: string
  accessKey: string
  kid: string
  signingSecret: string
}

/** A server, and the command line beside it. */
export class Product {
  constructor(
    readonly origin: string,
    readonly data: string,
  ) {}

  /** Runs a command such as `daybook('key', 'create', '--name', 'x', '--json')` beside the server; answers its output. */
  daybook(...words: string[]): string {
    return execFileSync(BINARY, words, { encoding: 'utf8', env: { ...process.env, DAYBOOK_DATA: this.data } })
  }

  /** A fresh API key. */
  createKey(name: string): Key {
    return JSON.parse(this.daybook('key', 'create', '--name', name, '--json'))
  }

  /** The view that is there from the first start. */
  view(): View {
    const text = this.daybook('view', 'show')
    const said = (name: string) => {
      const value = text.match(new RegExp(`^${name} +(\\S+)$`, 'm'))?.[1]
      if (!value) throw new Error(`"view show" says nothing of its ${name}`)
      return value
    }
    return {
      id: said('View'),
      accessKey: said('Access key'),
      kid: said('Signing key id'),
      signingSecret: said('Signing secret'),
    }
  }
}

/** The server that all tests share: they read what the demo brought, and write logs of clients of their own. */
export const shared = new Product(SERVER, DATA)
