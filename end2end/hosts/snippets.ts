// What a company writes into its pages.
import { SERVER, type View } from '../product'

/** A whole page. */
export function page(body: string, head = ''): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>A company's page</title>${head}</head>
<body>
<main><h1>A company's page</h1>
${body}
</main>
</body>
</html>`
}

/** The snippet of the readme, to the letter. */
export function snippet(view: View, clientId: string, server = SERVER): string {
  return `<div id="audit-log"></div>
<script src="${server}/dropin/dropin.js"></script>
<script>auditLog({view: '${view.id}', accessKey: '${view.accessKey}', clientId: '${clientId}', target: 'audit-log', host: '${server}'});</script>`
}

/** A call of the loader; what it answers is `window.log`. `options` is JavaScript. */
export function call(options: string, server = SERVER): string {
  return `<div id="audit-log"></div>
<script src="${server}/embed.js"></script>
<script>window.log = auditLog({target: 'audit-log', host: '${server}', ${options}});</script>`
}

/** The options that name a view and a credential. */
export function withKey(view: View, clientId: string): string {
  return `view: '${view.id}', accessKey: '${view.accessKey}', clientId: '${clientId}'`
}

/** A token that stands in the page. */
export function withToken(view: View, token: string): string {
  return `view: '${view.id}', token: '${token}'`
}

/** A form that opens a view in a frame without any script. `fields` are what the loader would send. */
export function form(view: View, fields: Record<string, string>, server = SERVER): string {
  const inputs = Object.entries(fields).map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`)
  return `<form method="post" action="${server}/embed/${view.id}" target="log">
${inputs.join('\n')}
<button>Show the log</button>
</form>
<iframe name="log" title="Audit log" width="1100" height="700" referrerpolicy="strict-origin"></iframe>`
}
