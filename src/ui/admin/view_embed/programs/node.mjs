// Answer GET /audit-token with auditToken(the company's id, the user's id), as plain text, for whoever is signed in.
import { createHmac, randomUUID } from 'node:crypto'

const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')

export function auditToken(client, user) {
  const now = Math.floor(Date.now() / 1000)
  const head = { alg: 'HS256', typ: 'JWT', kid: '{{kid}}' }
  const claims = { aud: 'audit-viewer', view: '{{view}}', client, sub: user,
    iat: now, exp: now + 300, jti: randomUUID() }
  const signed = `${part(head)}.${part(claims)}`
  return `${signed}.${createHmac('sha256', process.env.AUDIT_SECRET).update(signed).digest('base64url')}`
}
