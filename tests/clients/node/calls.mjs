// Tests that leave a line in the record of calls.
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'

const record = join(import.meta.dirname, '../../../target/clients/node.ndjson')

/** A package as the record names it, such as `npm @epilot/sdk 2.20.31`. */
export function npm(name) {
  const about = join(import.meta.dirname, 'node_modules', name, 'package.json')
  return `npm ${name} ${JSON.parse(readFileSync(about, 'utf8')).version}`
}

/** Makes `(call, request, sentence, run)`: a test of a vendor's call by a client, against a server of a mode. */
export function callsOf(vendor, client, mode = 'open') {
  return (call, request, sentence, run) =>
    test(`${vendor} ${call}: ${sentence}${mode === 'open' ? '' : ` (${mode})`}`, async (context) => {
      let passed = false
      try {
        await run(context)
        passed = true
      } finally {
        mkdirSync(dirname(record), { recursive: true })
        appendFileSync(record, JSON.stringify({ vendor, client, call, request, mode, passed }) + '\n')
      }
    })
}
