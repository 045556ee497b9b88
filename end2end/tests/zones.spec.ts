// Times say of which zone they are, by the offset that held when the event happened.
import { expect, test } from '../fixtures'
import { page as hostPage, snippet } from '../hosts/snippets'
import { freshClient } from '../log'
import { Viewer } from '../pages/viewer'

test('an event of summer is told in summer’s time, also in winter', async ({ page, host, log, view }) => {
  const client = freshClient()
  await log.send(client, [
    { action: 'in.summer', time: '2026-07-01T10:00:00Z' },
    { action: 'in.winter', time: '2026-01-15T10:00:00Z' },
  ])
  await page.goto(host.serve('/', hostPage(snippet(view, client.uuid))))
  const viewer = await new Viewer(page).alive()
  // The table has both, so that its head names neither offset.
  await expect(viewer.frame.locator('th .zone')).toHaveText('Stockholm')
  for (const [action, time, offset] of [
    ['in.summer', '12:00:00', 'UTC+2'],
    ['in.winter', '11:00:00', 'UTC+1'],
  ]) {
    await expect(viewer.row(action).locator('time').first()).toHaveText(time)
    await viewer.open(viewer.row(action))
    await expect(viewer.drawer.locator('.moment')).toContainText(`${time} · Europe/Stockholm, ${offset}`)
    await viewer.frame.getByRole('link', { name: 'Close details' }).click()
  }
  await viewer.search.fill('summer')
  await expect(viewer.frame.locator('th .zone')).toHaveText('Stockholm, UTC+2')
})

test('from right to left, a date keeps its order', async ({ page, host, log, view }) => {
  const client = freshClient()
  await log.send(client, [{ action: 'a.b', time: '2026-07-21T10:00:00Z', actor: { uuid: 'u', name: 'Una', email: 'una@c.test' } }])
  await page.goto(host.serve('/', hostPage(`<div dir="rtl">${snippet(view, client.uuid)}</div>`)))
  const viewer = await new Viewer(page).alive()
  await viewer.open(viewer.rows.first())
  const places = await viewer.body.evaluate(() => {
    const place = (node: Node, from: number, to: number) => {
      const range = document.createRange()
      range.setStart(node, from)
      range.setEnd(node, to)
      return range.getBoundingClientRect()
    }
    return [...document.querySelectorAll('#events time:last-of-type, .moment time')].flatMap((time) => {
      const node = time.firstChild as Text
      if (!node.data.startsWith('21 Jul')) return []
      return [[place(node, 0, 2).left < place(node, 3, 6).left, place(node, 3, 6).left < place(node, 7, 11).left]]
    })
  })
  expect(places).toEqual([
    [true, true],
    [true, true],
  ])
  // Values of whatever script stand at the edge where the column begins.
  const edges = await viewer.rows.first().locator('td:nth-child(2) bdi').evaluateAll((all) =>
    all.map((one) => {
      const range = document.createRange()
      range.selectNodeContents(one)
      return Math.round(range.getBoundingClientRect().right)
    }),
  )
  expect(edges).toHaveLength(2)
  expect(Math.abs(edges[0] - edges[1])).toBeLessThanOrEqual(1)
})
