// How soon the first row is seen in the embed, beside a static page of the same rows in a cross-site frame; and how
// many bytes come before it. Part of `make bench`; needs the release binary.
import { chromium } from '@playwright/test'
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const root = join(import.meta.dirname, '../..')
const binary = process.env.DAYBOOK_TEST_BINARY ?? join(root, 'target/release/daybook')
const data = mkdtempSync(join(tmpdir(), 'daybook-measure-'))
const env = {
  PATH: process.env.PATH,
  DAYBOOK_DATA: data,
  DAYBOOK_LISTEN: '127.0.0.1:3320',
  DAYBOOK_DEMO_LISTEN: '127.0.0.1:3321',
  DAYBOOK_ADDRESS_RATE: '0',
}
const server = 'http://127.0.0.1:3320'
const rounds = 25

/** A request as a browser makes it, and the bytes of its answer's body as they come over the wire. */
function fetchRaw(url, { method = 'GET', body, headers = {} } = {}) {
  return new Promise((done, fail) => {
    const request = http.request(url, { method, headers: { 'accept-encoding': 'br, gzip', ...headers } }, (answer) => {
      const parts = []
      answer.on('data', (part) => parts.push(part))
      answer.on('end', () => done({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts) }))
    })
    request.on('error', fail)
    request.end(body)
  })
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]

const product = spawn(binary, ['serve', '--demo'], { env, stdio: 'ignore' })
try {
  for (let tries = 0; ; tries++) {
    const ready = await fetchRaw(`${server}/health/ready`).catch(() => undefined)
    if (ready?.status === 200) break
    if (tries > 100) throw new Error('the server does not answer')
    await new Promise((wait) => setTimeout(wait, 100))
  }
  const view = JSON.parse(execFileSync(binary, ['view', 'show', '--json'], { env, encoding: 'utf8' }))
  const client = '4071200013'

  // The same rows as plain as can be, and both hosts on a site of their own (`localhost` is another site than the IP).
  const form = new URLSearchParams({ clientId: client, accessKey: view.access_key, timeZone: 'UTC', locale: 'en-GB' })
  const post = { method: 'POST', body: form.toString(), headers: { 'content-type': 'application/x-www-form-urlencoded' } }
  const plain = await fetchRaw(`${server}/embed/${view.id}`, { ...post, headers: { ...post.headers, 'accept-encoding': 'identity' } })
  const table = plain.body.toString().match(/<table[\s\S]*<\/table>/)[0].replace(/<(\/?)(\w+)[^>]*>/g, '<$1$2>')
  const rows = table.match(/<tr>/g).length - 1
  if (rows !== 50) throw new Error(`expected 50 rows, found ${rows}`)
  const still = gzipSync(`<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Static</title>${table}</html>`)
  const page = (content) => `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Host</title><h1>Host</h1>${content}</html>`
  const hosts = {
    '/static': page('<iframe src="http://127.0.0.1:3323/" width="1000" height="800"></iframe>'),
    '/embed': page(`<div id="audit-log"></div><script src="${server}/embed.js"></script>
      <script>auditLog({view: '${view.id}', accessKey: '${view.access_key}', clientId: '${client}', target: 'audit-log', host: '${server}'})</script>`),
  }
  const html = { 'content-type': 'text/html; charset=utf-8' }
  const host = http.createServer((request, answer) => answer.writeHead(200, html).end(hosts[request.url] ?? '')).listen(3322)
  const frame = http.createServer((_, answer) => answer.writeHead(200, { ...html, 'content-encoding': 'gzip' }).end(still)).listen(3323)

  const executablePath = execFileSync(join(root, 'scripts/find-browser'), { encoding: 'utf8' }).trim()
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking']
  const browser = await chromium.launch({ executablePath, args })
  const times = { '/static': [], '/embed': [] }
  const heap = []
  for (let round = 0; round < rounds; round++) {
    for (const path of round % 2 ? ['/static', '/embed'] : ['/embed', '/static']) {
      const context = await browser.newContext({ viewport: { width: 1200, height: 900 } })
      const tab = await context.newPage()
      await tab.goto(`http://localhost:3322${path}`)
      const begun = await tab.evaluate(() => performance.timeOrigin)
      const inner = await (await tab.waitForSelector('iframe')).contentFrame()
      await inner.waitForSelector('tbody tr')
      const seen = await inner.waitForFunction(() => {
        const paint = performance.getEntriesByName('first-contentful-paint')[0]
        return paint && performance.timeOrigin + paint.startTime
      })
      // The first two rounds warm the server and the disk.
      if (round >= 2) times[path].push((await seen.jsonValue()) - begun)
      await context.close()
    }
  }
  await browser.close()
  host.close()
  frame.close()

  const [fixed, ours] = [median(times['/static']), median(times['/embed'])]
  console.log('## The embed in a browser\n')
  console.log('| | first row, median | |\n| --- | --- | --- |')
  console.log(`| static page of 50 rows in a cross-site frame | ${fixed.toFixed(0)} ms | |`)
  console.log(`| the embed: loader, form, 50 rows in a cross-site frame | ${ours.toFixed(0)} ms | ratio ${(ours / fixed).toFixed(2)} |\n`)

  const first = await fetchRaw(`${server}/embed/${view.id}`, post)
  const asset = (name) => plain.body.toString().match(new RegExp(`/assets/viewer[^"]*\\.${name}`))[0]
  const sizes = {
    'loader': (await fetchRaw(`${server}/embed.js`)).body.length,
    'document with 50 rows': first.body.length,
    'style': (await fetchRaw(server + asset('css'))).body.length,
  }
  const before = Object.values(sizes).reduce((a, b) => a + b)
  const wasm = (await fetchRaw(server + asset('wasm'))).body.length
  const glue = (await fetchRaw(server + asset('js'))).body.length
  console.log('| bytes over the wire | |\n| --- | --- |')
  for (const [name, bytes] of Object.entries(sizes)) console.log(`| ${name} | ${bytes} |`)
  console.log(`| **before the first row** | **${before}** |\n| WASM, after the rows | ${wasm} |\n| its glue | ${glue} |\n`)
} finally {
  product.kill('SIGTERM')
  await new Promise((ended) => product.once('exit', ended))
  rmSync(data, { recursive: true, force: true })
}
