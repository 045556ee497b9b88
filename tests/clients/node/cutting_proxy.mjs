// A way to a server that breaks: it hands requests on, waits for the server's answer, and then hangs up instead of
// giving it back, as often as it is told to.
import { once } from 'node:events'
import { connect, createServer } from 'node:net'

export class CuttingProxy {
  static async start(origin, cuts) {
    const proxy = new CuttingProxy()
    proxy.cuts = cuts
    proxy.answers = 0
    const { hostname, port } = new URL(origin)
    proxy.server = createServer((client) => proxy.join(client, connect(Number(port), hostname)))
    proxy.server.listen(0, '127.0.0.1')
    await once(proxy.server, 'listening')
    proxy.port = proxy.server.address().port
    return proxy
  }

  join(client, server) {
    for (const [one, other] of [
      [client, server],
      [server, client],
    ]) {
      one.on('error', () => other.destroy())
      one.on('close', () => other.destroy())
    }
    client.pipe(server)
    server.on('data', (answer) => {
      this.answers += 1
      if (this.answers > this.cuts) client.write(answer)
      else client.resetAndDestroy()
    })
  }

  stop() {
    this.server.close()
  }
}
