// Tokens as a company's backend signs them, and as an attacker would like to.
import { createHmac, randomUUID } from 'node:crypto'
import type { View } from './product'

export type Claims = Record<string, unknown>

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Claims that open a client's log for five minutes; `change` says what is different. */
export function claims(view: View, client: string, change: Claims = {}): Claims {
  const now = Math.floor(Date.now() / 1000)
  return { aud: 'audit-viewer', view: view.id, client, sub: 'user-7', iat: now, exp: now + 300, jti: randomUUID(), ...change }
}

/** A JSON Web Token; `how` says what is wrong with it. */
export function sign(
  view: View,
  claims: Claims,
  how: { secret?: string; header?: Record<string, unknown> } = {},
): string {
  const body = `${part({ alg: 'HS256', typ: 'JWT', kid: view.kid, ...how.header })}.${part(claims)}`
  return `${body}.${createHmac('sha256', how.secret ?? view.signingSecret).update(body).digest('base64url')}`
}

/** The same header and signature around other claims. */
export function tampered(token: string, claims: Claims): string {
  const [header, , signature] = token.split('.')
  return `${header}.${part(claims)}.${signature}`
}

/** The claims without any signature. */
export function unsigned(claims: Claims, alg = 'none'): string {
  return `${part({ alg, typ: 'JWT' })}.${part(claims)}.`
}
