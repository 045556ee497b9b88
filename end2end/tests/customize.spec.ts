// How a view comes to look as a company wants it.
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures'
import { page as hostPage, snippet } from '../hosts/snippets'
import { Log } from '../log'
import { setUp } from '../pages/admin'
import { expectNoViolationsDayAndNight } from '../pages/axe'
import { Studio } from '../pages/studio'
import { Viewer } from '../pages/viewer'

/** Everything that is asked of a server from now on. */
function requests(page: Page): string[] {
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  return asked
}

test('what is typed is in the preview at once, and with customers once it is saved', async ({ page, own, host }) => {
  await setUp(page, own.setUp)
  const studio = await new Studio(page).open(own.origin)
  const asked = requests(page)
  await studio.field('Title').fill('Harbour Activity')
  await expect(studio.preview.getByRole('heading', { name: 'Harbour Activity', includeHidden: true })).toBeAttached()
  await studio.pane('Look')
  await page.getByRole('button', { name: 'Harbour' }).click()
  const accent = () => studio.preview.locator('html').evaluate((root) => getComputedStyle(root).getPropertyValue('--audit-accent'))
  expect(await accent()).toContain('#0b6b74')
  await studio.pane('Columns')
  await studio.field('Add a column of').selectOption('outcome')
  await expect(studio.headings()).toHaveText(['Time', 'Actor', 'Action', 'Target', 'IP address', 'Outcome'])
  await page.getByRole('button', { name: 'Remove IP address' }).click()
  await page.getByRole('button', { name: 'Move Outcome up' }).click()
  await expect(studio.headings()).toHaveText(['Time', 'Actor', 'Action', 'Outcome', 'Target'])
  await expect(page.getByRole('button', { name: 'Move Outcome up' })).toBeFocused()
  expect(asked, 'nothing is asked of a server while one edits').toEqual([])
  await expect(studio.unsaved).toContainText('unsaved changes')
  await studio.saved()
  await expect(studio.unsaved).toHaveText('All changes saved')

  host.serve('/', hostPage(snippet(own.view(), 'c', own.origin)))
  await page.goto(host.origin)
  const viewer = new Viewer(page)
  await expect(viewer.frame.getByRole('heading', { name: 'Harbour Activity' })).toBeVisible()
})

test('a logo is uploaded, and shown to customers', async ({ page, own, host }) => {
  await setUp(page, own.setUp)
  const studio = await new Studio(page).open(own.origin)
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><rect width="20" height="20"/></svg>'
  await page.getByLabel('Upload: Light logo').setInputFiles({ name: 'logo.svg', mimeType: 'image/svg+xml', buffer: Buffer.from(svg) })
  await expect(studio.field('Light logo')).toHaveValue(/^\/pictures\/[0-9a-f]{64}$/)
  await page.getByLabel('Upload: Dark logo').setInputFiles({ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('no picture') })
  await expect(page.getByText('Choose a PNG, JPEG')).toBeVisible()
  await studio.saved()
  host.serve('/', hostPage(snippet(own.view(), 'c', own.origin)))
  await page.goto(host.origin)
  const logo = new Viewer(page).frame.locator('img.logo')
  await expect(logo).toBeVisible()
  expect(await logo.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(20)
})

test('steps are taken back and forth, by button and by key', async ({ page, own }) => {
  await setUp(page, own.setUp)
  const studio = await new Studio(page).open(own.origin)
  await studio.field('Title').fill('One')
  await studio.field('Footer text').fill('© {year} Harbour')
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(studio.field('Footer text')).toHaveValue('')
  await page.keyboard.press('Control+z')
  await expect(studio.field('Title')).toHaveValue('Audit log')
  await page.keyboard.press('Control+Shift+z')
  await expect(studio.field('Title')).toHaveValue('One')
  await page.getByRole('button', { name: 'Discard' }).click()
  await expect(studio.unsaved).toHaveText('All changes saved')
  await studio.pane('Columns')
  await page.getByRole('button', { name: 'Remove Actor' }).click()
  await page.getByRole('button', { name: 'Remove Target' }).click()
  await expect(studio.headings()).toHaveText(['Time', 'Action', 'IP address'])
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(studio.headings(), 'one step for each').toHaveText(['Time', 'Action', 'Target', 'IP address'])
})

test('what was not right is no more once it was taken back', async ({ page, own }) => {
  await setUp(page, own.setUp)
  const studio = await new Studio(page).open(own.origin)
  const [title, link] = [studio.field('Title'), studio.field('Title link')]
  await title.fill('')
  await expect(title).toHaveAttribute('aria-invalid', 'true')
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(title).toHaveValue('Audit log')
  await expect(title).not.toHaveAttribute('aria-invalid')
  await link.fill('javascript:alert(1)')
  await title.fill('Activity')
  await expect(link, 'what is typed elsewhere leaves it').toHaveValue('javascript:alert(1)')
  await page.getByRole('button', { name: 'Discard' }).click()
  await expect(link).toHaveValue('')
  await expect(page.locator('#editor [aria-invalid]')).toHaveCount(0)
  for (let count = 0; count < 2; count += 1) await page.getByRole('button', { name: 'Add a link' }).click()
  for (const card of await page.locator('#editor .pane:not([hidden]) summary').all()) await card.click()
  await page.getByLabel('Address', { exact: true }).first().fill('nowhere')
  await expect(page.locator('#editor [aria-invalid]')).toHaveCount(1)
  await page.getByRole('button', { name: 'Remove New link' }).first().click()
  await expect(page.locator('#editor [aria-invalid]'), 'the next link is right').toHaveCount(0)
  await studio.saved()
})

test('what cannot be taken is said, and is not saved', async ({ page, own }) => {
  await setUp(page, own.setUp)
  const studio = await new Studio(page).open(own.origin)
  await studio.field('Title link').fill('javascript:alert(1)')
  await expect(page.getByText('Enter an https or mailto address.')).toBeVisible()
  await studio.field('Title').fill('Activity')
  await studio.save.click()
  await expect(page.getByText('Fix the highlighted field first.')).toBeVisible()
  await expect(studio.field('Title link')).toBeFocused()
  await studio.pane('Look')
  await studio.field('CSS').fill('a { background: url(https://evil.test) }')
  await expect(page.getByText('expected nothing that loads a file')).toBeVisible()
})

test('two who edit one view lose nothing, and see what the other did', async ({ page, own }) => {
  await setUp(page, own.setUp)
  const anna = await new Studio(page).open(own.origin)
  const ben = await new Studio(await page.context().newPage()).open(own.origin)
  await ben.field('Title').fill('Ben’s title')
  await ben.field('Footer text').fill('Ben’s small print')
  await ben.saved()
  await anna.field('Title').fill('Anna’s title')
  await anna.field('Title link').fill('https://anna.test')
  await anna.save.click()
  const conflict = page.getByRole('alert', { name: 'Someone else saved this view' })
  await expect(conflict).toContainText('Footer text: none → Ben’s small print')
  await expect(conflict).toContainText('You both changed: Title')
  await anna.field('Title').fill('Anna’s later title')
  await page.getByRole('button', { name: 'Combine both' }).click()
  await expect(anna.field('Title'), 'what was typed since is not lost').toHaveValue('Anna’s later title')
  await expect(anna.field('Footer text')).toHaveValue('Ben’s small print')
  await anna.saved()
  await page.reload()
  await expect(anna.field('Footer text')).toHaveValue('Ben’s small print')
  await expect(anna.field('Title link')).toHaveValue('https://anna.test')
})

test('leaving with something unsaved asks first', async ({ page, own }) => {
  await setUp(page, own.setUp)
  const studio = await new Studio(page).open(own.origin)
  await studio.field('Title').click()
  await page.keyboard.type('!')
  let asked = 0
  page.on('dialog', (dialog) => {
    asked += 1
    void dialog.dismiss()
  })
  await page.getByRole('link', { name: 'API keys' }).click()
  await expect.poll(() => asked).toBe(1)
  await expect(studio.unsaved).toHaveText('1 unsaved change')
})

test('the preview shows every state, on every screen', async ({ page, own }) => {
  await setUp(page, own.setUp)
  const studio = await new Studio(page).open(own.origin)
  const state = page.getByLabel('State')
  await state.selectOption('details')
  await expect(studio.preview.locator('dialog#details, #drawer [role="dialog"], #drawer h2').first()).toBeAttached()
  await state.selectOption('long')
  await expect(studio.preview.locator('tbody tr')).toHaveCount(10)
  await state.selectOption('empty')
  await expect(studio.preview.getByText('No events yet')).toBeVisible()
  await state.selectOption('trouble')
  await expect(studio.preview.getByText('This log cannot be shown')).toBeVisible()
  await state.selectOption('events')
  await page.getByText('Phone', { exact: true }).click()
  expect(await page.locator('#preview').evaluate((frame) => frame.clientWidth)).toBe(390)
  await page.getByLabel('Right to left').check()
  await expect(studio.preview.locator('html')).toHaveAttribute('dir', 'rtl')
  await page.locator('#stage-bar').getByLabel('Colors').selectOption('dark')
  await expect(studio.preview.locator('html')).toHaveAttribute('data-scheme', 'dark')
})

test('the editor has no violations, and fits a phone', async ({ page, own }) => {
  await setUp(page, own.setUp)
  const studio = await new Studio(page).open(own.origin)
  for (const pane of ['Layout', 'Columns', 'Look'] as const) {
    await studio.pane(pane)
    for (const summary of await page.locator('#editor .pane:not([hidden]) summary').all()) await summary.click()
    await expectNoViolationsDayAndNight(page)
  }
  await page.setViewportSize({ width: 390, height: 760 })
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  expect(over).toBeLessThanOrEqual(0)
})

test('a view opens oldest first and with a filter, which its reader clears', async ({ page, own, host }) => {
  const client = { uuid: 'c', name: 'Acme' }
  await new Log(own).send(client, [
    { action: 'first.step', time: '2026-03-01T08:00:00Z', outcome: 'failure' },
    { action: 'second.step', time: '2026-03-02T08:00:00Z' },
    { action: 'third.step', time: '2026-03-03T08:00:00Z', outcome: 'failure' },
  ])
  await setUp(page, own.setUp)
  const studio = await new Studio(page).open(own.origin)
  await studio.pane('Columns')
  await studio.field('First').selectOption('oldest')
  await expect(studio.preview.locator('#chips')).toContainText('the oldest first')
  await expect(studio.preview.locator('th[aria-sort="ascending"]')).toHaveCount(1)
  await studio.field('Outcome').selectOption('failure')
  await expect(studio.preview.locator('#chips')).toContainText('that failed')
  await expect(studio.preview.locator('tbody tr')).toHaveCount(1)
  await expectNoViolationsDayAndNight(page)
  await studio.saved()

  host.serve('/', hostPage(snippet(own.view(), client.uuid, own.origin)))
  await page.goto(host.origin)
  const viewer = await new Viewer(page).alive()
  await expect(viewer.rows).toHaveText([/first\.step/, /third\.step/])
  await viewer.frame.getByRole('link', { name: 'the oldest first: remove this filter' }).click()
  await expect(viewer.rows).toHaveText([/third\.step/, /first\.step/])
  await viewer.frame.getByRole('link', { name: /^that failed/ }).click()
  await expect(viewer.rows).toHaveCount(3)
  await expect(viewer.chips).toHaveCount(0)
  await viewer.frame.getByRole('link', { name: 'Time: newest first. Show oldest first' }).click()
  await expect(viewer.rows).toHaveText([/first\.step/, /second\.step/, /third\.step/])
})

test('one client has a logo, a title and an accent of its own, and no other sees them', async ({ page, own, host }) => {
  await new Log(own).send({ uuid: 'harbour', name: 'Harbour' }, [{ action: 'first.step' }])
  await setUp(page, own.setUp)
  await page.goto(`${own.origin}/admin/projects/default/clients/harbour`)
  await expectNoViolationsDayAndNight(page)
  await page.getByRole('link', { name: 'Main view' }).click()
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><rect width="20" height="20"/></svg>'
  await page.getByLabel('Upload: Logo', { exact: true }).setInputFiles({ name: 'logo.svg', mimeType: 'image/svg+xml', buffer: Buffer.from(svg) })
  await expect(page.getByLabel('Logo', { exact: true })).toHaveValue(/^\/pictures\/[0-9a-f]{64}$/)
  await page.getByLabel('Title').fill('Harbour log')
  await page.getByLabel('Accent', { exact: true }).fill('#7a2e8e')
  await page.getByRole('button', { name: 'Save changes' }).click()
  const preview = page.frameLocator('.seen')
  await expect(preview.getByRole('heading', { name: 'Harbour log', includeHidden: true })).toBeAttached()
  await expectNoViolationsDayAndNight(page)
  await page.setViewportSize({ width: 390, height: 760 })
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
  await page.setViewportSize({ width: 1280, height: 760 })

  const seen = async (client: string) => {
    host.serve('/', hostPage(snippet(own.view(), client, own.origin)))
    await page.goto(host.origin)
    const viewer = new Viewer(page)
    await expect(viewer.frame.locator('#title')).toBeVisible()
    return [await viewer.frame.locator('#title').innerText(), await viewer.frame.locator('img.logo').count()]
  }
  expect(await seen('harbour')).toEqual(['Harbour log', 1])
  expect(await seen('elsewhere')).toEqual(['Audit log', 0])
  await page.goto(`${own.origin}/admin/projects/default/views`)
  await page.getByRole('link', { name: 'Customize' }).click()
  await page.getByRole('navigation', { name: 'This view' }).getByRole('link', { name: 'Clients' }).click()
  await expectNoViolationsDayAndNight(page)
  await page.getByRole('link', { name: 'harbour' }).click()
  await page.getByRole('button', { name: 'Reset to the view’s branding' }).click()
  await expect(page.getByText('This client sees the view’s own branding.')).toBeVisible()
  expect(await seen('harbour')).toEqual(['Audit log', 0])
})
