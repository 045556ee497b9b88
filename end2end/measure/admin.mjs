// How soon an admin's pages are seen, beside static pages of the same content; how soon a keystroke in the editor is in its
// preview; and what both WASMs weigh. Part of `make bench`; needs the release binary.
import { chromium } from '@playwright/test'
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { gzipSync } from 'node:zlib'

const root = join(import.meta.dirname, '../..')
const binary = process.env.DAYBOOK_TEST_BINARY ?? join(root, 'target/release/daybook')
const data = mkdtempSync(join(tmpdir(), 'daybook-measure-'))
const server = 'http://127.0.0.1:3330'
const still = 'http://127.0.0.1:3332'
const env = {
  PATH: process.env.PATH,
  DAYBOOK_DATA: data,
  DAYBOOK_LISTEN: '127.0.0.1:3330',
  DAYBOOK_DEMO_LISTEN: '127.0.0.1:3331',
  DAYBOOK_ADDRESS_RATE: '0',
}
const rounds = 21
const warm = 2
const project = '/admin/projects/default'
const pages = ['', '/events', '/clients', '/start', '/views', '/keys', '/members', '/trail'].map((path) => project + path)
const password = 'seven small boats'

const sorted = (values) => values.toSorted((a, b) => a - b)
const median = (values) => sorted(values)[Math.floor(values.length / 2)]
const p95 = (values) => sorted(values)[Math.floor(values.length * 0.95)]

/** Starts the product; the link that makes the first account. */
async function started(product) {
  for await (const line of createInterface(product.stdout)) {
    const link = line.match(/http:\S+\/admin\/set-up#\S+/)?.[0]
    if (link) return link
  }
  throw new Error('the server ended before it said where it listens')
}

/** Signs the first person up. */
async function enter(tab, link) {
  await tab.goto(link)
  await tab.getByLabel('Your name').fill('Anna Berg')
  await tab.getByLabel('E-mail address').fill('anna@harbour.test')
  await tab.getByLabel('Password').fill(password)
  await tab.getByRole('button', { name: 'Create my account' }).click()
  await tab.waitForURL(`${server}${project}**`)
}

/** The pages as files: what the server sends, without what makes it live, and the styles that it names. */
async function asFiles(context) {
  const files = new Map()
  const keep = (path, type, body) => files.set(path, { type, body: gzipSync(body) })
  for (const path of pages) {
    const html = (await (await context.request.get(server + path)).text()).replace(/<script[\s\S]*?<\/script>/g, '')
    keep(path, 'text/html; charset=utf-8', html)
    for (const [, style] of html.matchAll(/<link[^>]*rel="stylesheet"[^>]*href="([^"]+)"/g)) {
      if (!files.has(style)) keep(style, 'text/css', await (await context.request.get(server + style)).body())
    }
  }
  return files
}

async function paint(context, address) {
  const tab = await context.newPage()
  await tab.goto(address)
  const seen = await tab.waitForFunction(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime)
  const at = await seen.jsonValue()
  await tab.close()
  return at
}

async function comparePages(browser, state, files) {
  console.log('## The admin’s pages in a browser\n')
  console.log('| page | static | ours | ratio, target 1.3 |\n| --- | --- | --- | --- |')
  const host = http.createServer((request, answer) => {
    const file = files.get(request.url)
    if (!file) return answer.writeHead(404).end()
    answer.writeHead(200, { 'content-type': file.type, 'content-encoding': 'gzip' }).end(file.body)
  }).listen(3332)
  for (const path of pages) {
    const times = { [still]: [], [server]: [] }
    for (let round = 0; round < rounds; round++) {
      for (const origin of round % 2 ? [still, server] : [server, still]) {
        const context = await browser.newContext({ storageState: state, viewport: { width: 1280, height: 900 } })
        const at = await paint(context, origin + path)
        if (round >= warm) times[origin].push(at)
        await context.close()
      }
    }
    const [fixed, ours] = [median(times[still]), median(times[server])]
    const name = path.slice(project.length + 1) || 'overview'
    console.log(`| ${name} | ${fixed.toFixed(0)} ms | ${ours.toFixed(0)} ms | ${(ours / fixed).toFixed(2)} |`)
  }
  host.close()
  console.log()
}

/** Types into the title, and waits for each letter until the preview has been painted with it. */
async function typing(browser, state) {
  const context = await browser.newContext({ storageState: state, viewport: { width: 1280, height: 900 } })
  const tab = await context.newPage()
  await tab.goto(`${server}${project}/views`)
  await tab.getByRole('link', { name: 'Customize' }).click()
  await tab.waitForSelector('#editor:not([inert])')
  const title = tab.locator('#editor').getByLabel('Title', { exact: true })
  await title.fill('A')
  await tab.evaluate(() => {
    window.delays = []
    document.addEventListener('keydown', () => {
      const begun = performance.now()
      const shown = document.getElementById('preview').contentDocument
      const before = shown.querySelector('#title').textContent
      const look = () => {
        if (shown.querySelector('#title').textContent === before) return requestAnimationFrame(look)
        // A message after a frame's callback comes when that frame has been painted.
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel()
          port1.onmessage = () => window.delays.push(performance.now() - begun)
          port2.postMessage(0)
        })
      }
      requestAnimationFrame(look)
    }, true)
  })
  for (const letter of 'udit of the harbour, its boats and its people') await title.press(letter === ' ' ? 'Space' : letter)
  await tab.waitForFunction(() => window.delays.length >= 40)
  const delays = await tab.evaluate(() => window.delays)
  console.log('## A keystroke in the editor\n')
  console.log(`From the key to the painted preview: median ${median(delays).toFixed(1)} ms, p95 ${p95(delays).toFixed(1)} ms; target 50 ms.\n`)

  const weight = async (name) => {
    const found = (await tab.content()).match(new RegExp(`/assets/${name}[^"']*\\.wasm`))
    const answer = await fetch(server + found[0], { headers: { 'accept-encoding': 'br' } })
    return Number(answer.headers.get('content-length')) || (await answer.arrayBuffer()).byteLength
  }
  console.log(`The editor’s WASM over the wire: ${await weight('customize')} bytes, which no customer loads.\n`)
  await context.close()
}

const product = spawn(binary, ['serve', '--demo'], { env, stdio: ['ignore', 'pipe', 'ignore'] })
try {
  const link = await started(product)
  const executablePath = execFileSync(join(root, 'scripts/find-browser'), { encoding: 'utf8' }).trim()
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking']
  const browser = await chromium.launch({ executablePath, args })
  const context = await browser.newContext()
  await enter(await context.newPage(), link)
  const files = await asFiles(context)
  const state = await context.storageState()
  await context.close()
  await comparePages(browser, state, files)
  await typing(browser, state)
  await browser.close()
} finally {
  product.kill('SIGTERM')
  await new Promise((ended) => product.once('exit', ended))
  rmSync(data, { recursive: true, force: true })
}
