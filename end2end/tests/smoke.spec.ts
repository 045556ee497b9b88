import { expect, test } from '@playwright/test'
import { DEMO, createKey, daybook, view } from '../product'

test('the server is alive and ready', async ({ request }) => {
  for (const path of ['/health/live', '/health/ready']) {
    expect((await request.get(path)).status(), path).toBe(200)
  }
})

test('the command line works beside the server', async ({ request }) => {
  const key = createKey('smoke')
  const answer = await request.get('/api/v1/events?limit=1', { headers: { 'x-api-key': `${key.id}:${key.secret}` } })
  expect(answer.status()).toBe(200)
  expect(view().id).toMatch(/^vw_/)
  daybook('key', 'revoke', key.id)
  await new Promise((done) => setTimeout(done, 1100))
  const refused = await request.get('/api/v1/events?limit=1', { headers: { 'x-api-key': `${key.id}:${key.secret}` } })
  expect(refused.status()).toBe(403)
})

test('the demo is a page of another origin that frames the log', async ({ page }) => {
  const response = await page.goto(DEMO)
  expect(response?.status()).toBe(200)
  await expect(page.locator('iframe')).toBeVisible()
})
