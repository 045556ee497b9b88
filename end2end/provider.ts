// A small OpenID Connect provider on this machine, where everybody who comes is whom the test says.
import { createHash, createSign, generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { type IncomingMessage, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the product is called there, and proves itself with. */
const CLIENT = { id: 'daybook', secret: 'between us' }

export class Provider {
  /** Whom it vouches for next. */
  email = 'anna@harbour.test'
  private readonly codes = new Map<string, URLSearchParams>()
  private readonly keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
  private readonly server = createServer(async (request, answer) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.issuer)
    if (pathname === '/authorize') {
      const code = `code-${this.codes.size}`
      this.codes.set(code, searchParams)
      const back = new URL(searchParams.get('redirect_uri') ?? '')
      back.search = new URLSearchParams({ code, state: searchParams.get('state') ?? '' }).toString()
      answer.writeHead(303, { location: back.href }).end()
    } else {
      const said = pathname === '/token' ? this.token(await form(request)) : this.documents()[pathname]
      answer.writeHead(said ? 200 : 400, { 'content-type': 'application/json' }).end(JSON.stringify(said ?? {}))
    }
  })

  static async start(): Promise<Provider> {
    const provider = new Provider()
    await once(provider.server.listen(0, '127.0.0.1'), 'listening')
    return provider
  }

  get issuer(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  /** What makes a product trust it. */
  get settings(): Record<string, string> {
    return { DAYBOOK_OIDC_ISSUER: this.issuer, DAYBOOK_OIDC_CLIENT_ID: CLIENT.id, DAYBOOK_OIDC_CLIENT_SECRET: CLIENT.secret }
  }

  stop(): void {
    this.server.close()
    this.server.closeAllConnections()
  }

  private documents(): Record<string, object> {
    const { issuer } = this
    return {
      '/.well-known/openid-configuration': {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
      },
      '/keys': { keys: [{ ...this.keys.publicKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: '1' }] },
    }
  }

  /** A code is good for whoever has the verifier of its challenge. */
  private token(given: URLSearchParams): object | undefined {
    const asked = this.codes.get(given.get('code') ?? '')
    const challenge = createHash('sha256').update(given.get('code_verifier') ?? '').digest('base64url')
    if (challenge !== asked?.get('code_challenge')) return undefined
    const now = Math.floor(Date.now() / 1000)
    const claims = {
      iss: this.issuer, aud: CLIENT.id, sub: '1', iat: now, exp: now + 300, nonce: asked.get('nonce'),
      email: this.email, email_verified: true, name: 'Anna',
    }
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const signed = `${part({ alg: 'RS256', kid: '1' })}.${part(claims)}`
    const signature = createSign('sha256').update(signed).sign(this.keys.privateKey, 'base64url')
    return { access_token: 'unused', token_type: 'bearer', id_token: `${signed}.${signature}` }
  }
}

async function form(request: IncomingMessage): Promise<URLSearchParams> {
  let body = ''
  for await (const piece of request) body += piece
  return new URLSearchParams(body)
}
