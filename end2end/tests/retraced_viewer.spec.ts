// Retraced's own viewer, a React component, in a page of a customer's: it shows what was sent to Retraced's API.
import { build } from 'esbuild'
import { expect, test } from '../fixtures'
import { SERVER, shared } from '../product'

const PROJECT = 'a-project-of-theirs'

/** What the component's readme puts into a page. */
async function bundled(token: string): Promise<string> {
  const built = await build({
    stdin: {
      contents: `
        import React from 'react'
        import { createRoot } from 'react-dom/client'
        import RetracedEventsBrowser from '@retracedhq/logs-viewer'
        createRoot(document.getElementById('logs')).render(React.createElement(RetracedEventsBrowser, {
          host: '${SERVER}/auditlog/viewer/v1', auditLogToken: '${token}', header: 'Audit log',
        }))`,
      resolveDir: import.meta.dirname,
      loader: 'js',
    },
    bundle: true,
    write: false,
    define: { 'process.env.NODE_ENV': '"production"' },
  })
  return built.outputFiles[0]!.text
}

async function ask(path: string, body?: unknown) {
  const answer = await fetch(`${SERVER}/auditlog/publisher/v1/project/${PROJECT}/${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `token=${shared.createKey('retraced').bearer}`, 'content-type': 'application/json' },
    body: body ? JSON.stringify(body) : undefined,
  })
  expect(answer.status, path).toBe(201)
  return answer.json()
}

const event = (group: string, action: string, crud: string) => ({
  action,
  crud,
  group: { id: group, name: group },
  actor: { id: 'ann', name: 'Ann Lee' },
  target: { id: 'doc-1', name: 'Plan', type: 'document' },
  source_ip: '192.0.2.7',
})

test('the vendor’s viewer shows its group’s events and searches them', async ({ page, host }) => {
  const group = `viewed-${Date.now()}`
  await ask('event/bulk', {
    events: [event(group, 'plan.renamed', 'u'), event(group, 'plan.shared', 'c'), event(`${group}-other`, 'plan.secret', 'u')],
  })
  const { token } = await ask(`viewertoken?group_id=${group}&actor_id=ann&is_admin=true`)
  host.serve('/page.js', { type: 'text/javascript', body: await bundled(token) })
  await page.goto(host.serve('/', '<!doctype html><title>Theirs</title><div id="logs"></div><script src="/page.js"></script>'))

  const rows = page.getByTestId('markdown')
  await expect(rows).toHaveCount(2)
  await expect(rows.first()).toHaveText('Ann Lee performed the action plan.shared on the item Plan.')
  await expect(page.getByText('192.0.2.7').first()).toBeVisible()
  await expect(page.getByText('plan.secret')).toHaveCount(0)

  const search = page.locator('input[type="text"]').first()
  await search.fill('action:plan.renamed')
  await search.press('Enter')
  await expect(rows).toHaveCount(1)
  await expect(rows.first()).toContainText('plan.renamed')
})
