// A server of one test's own, for what would disturb the others: who may frame the view, which credentials it takes.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { BINARY, Product } from './product'

/** A product over an empty folder, on a free port. */
export class OwnProduct extends Product {
  private constructor(
    origin: string,
    data: string,
    /** Where the first person introduces themselves. */
    readonly setUp: string,
    /** Ends the server and removes its data. */
    readonly stop: () => Promise<void>,
  ) {
    super(origin, data)
  }

  /** Starts one with settings of its own; it is ready when this is. */
  static async start(settings: Record<string, string> = {}): Promise<OwnProduct> {
    const data = mkdtempSync(join(tmpdir(), 'daybook-end2end-'))
    const server = spawn(BINARY, ['serve', '--listen', '127.0.0.1:0'], {
      env: { ...process.env, ...settings, DAYBOOK_DATA: data },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const ended = once(server, 'exit')
    const stop = async () => {
      server.kill('SIGTERM')
      await ended
      rmSync(data, { recursive: true, force: true })
    }
    for await (const line of createInterface(server.stdout)) {
      const [setUp, origin] = line.match(/(http:\/\/127\.0\.0\.1:\d+)\/admin\/set-up#\S+/) ?? []
      if (setUp && origin) return new OwnProduct(origin, data, setUp, stop)
    }
    throw new Error('the server ended before it said where it listens')
  }
}
