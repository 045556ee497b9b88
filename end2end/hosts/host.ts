// Pages of companies: small servers on origins of their own. By default a host is on `localhost`, which to a browser is
// another site than the product's `127.0.0.1`, so that cookies and frames are held to the strictest rules.
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Answer {
  status?: number
  type?: string
  headers?: Record<string, string>
  body: string
}

/** What a path answers. */
export type Respond = string | Answer | ((request: IncomingMessage) => string | Answer | Promise<string | Answer>)

export class Host {
  private readonly paths = new Map<string, Respond>()
  /** The paths asked for, in their order. */
  readonly asked: string[] = []
  private close = async () => {}

  private constructor(readonly origin: string) {}

  /** Starts one on a free port. */
  static async start(name: 'localhost' | '127.0.0.1' = 'localhost'): Promise<Host> {
    const server = createServer()
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    const host = new Host(`http://${name}:${(server.address() as AddressInfo).port}`)
    host.serve('/favicon.ico', { status: 204, body: '' })
    server.on('request', async (request, response) => {
      const path = new URL(request.url ?? '/', host.origin).pathname
      host.asked.push(path)
      const respond = host.paths.get(path)
      const said = typeof respond === 'function' ? await respond(request) : respond
      const answer = said === undefined ? { status: 404, body: 'Nothing is here' } : typeof said === 'string' ? { body: said } : said
      response.writeHead(answer.status ?? 200, { 'content-type': answer.type ?? 'text/html; charset=utf-8', ...answer.headers })
      response.end(answer.body)
    })
    host.close = () =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      })
    return host
  }

  /** Puts a page at a path; answers its address. */
  serve(path: string, respond: Respond): string {
    this.paths.set(path, respond)
    return this.origin + path
  }

  stop(): Promise<void> {
    return this.close()
  }
}
