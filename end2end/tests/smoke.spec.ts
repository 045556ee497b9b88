import { expect, test } from '../fixtures'
import { DEMO, shared } from '../product'

test('the server is alive and ready', async ({ request }) => {
  for (const path of ['/health/live', '/health/ready']) {
    expect((await request.get(path)).status(), path).toBe(200)
  }
})

test('a key that is made beside the server works, and no more once it is revoked', async ({ request }) => {
  const key = shared.createKey('smoke')
  const ask = async () => {
    const headers = { 'x-api-key': `${key.id}:${key.secret}` }
    return (await request.get('/api/v1/events?limit=1', { headers })).status()
  }
  expect(await ask()).toBe(200)
  shared.daybook('key', 'revoke', key.id)
  await expect.poll(ask).toBe(403)
})

test('the demo is a page of another origin that frames the log', async ({ page }) => {
  const response = await page.goto(DEMO)
  expect(response?.status()).toBe(200)
  await expect(page.locator('iframe')).toBeVisible()
})
