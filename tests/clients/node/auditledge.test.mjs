// The calls that the README of AuditLedge's JavaScript client makes. Its package is not published, so they are made
// by `fetch`.
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { callsOf } from './calls.mjs'
import { Product } from './product.mjs'

const call = callsOf('AuditLedge', 'fetch, as its README')
let product

before(async () => (product = await Product.start()))
after(() => product.stop())

call('log', 'POST /v1/events', 'a stranger is refused', async () => {
  const answer = await fetch(`${product.origin}/api/v1/events`, { method: 'POST', body: '{}' })
  assert.equal(answer.status, 401)
})
