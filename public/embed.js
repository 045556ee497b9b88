// The loader: puts a view of Daybook into a page. Written by hand, without dependencies; docs/embedding.md says what
// it takes. The build leaves out comments and indentation; after that it may have 1,600 bytes, compressed.
//
// The view lives in a frame of the viewer's own origin. A form opens it, so that the first answer holds the rows and no
// credential is ever part of an address. Then the two pages talk through a channel handed to exactly that origin.
{
  const tag = document.currentScript
  const make = (name, as) => Object.assign(document.createElement(name), as)

  const auditLog = ({view, clientId, accessKey, token, tokenUrl, target = 'audit-log', host = tag.src, theme, filters, locale, height, syncUrl}) => {
    target = document.getElementById(target) || target
    const action = new URL('/embed/' + view, host)
    const stop = new AbortController
    const name = 'audit' + Math.random()
    const frame = make('iframe', {
      name,
      title: 'Audit log',
      allow: 'clipboard-write ' + action.origin,
      referrerPolicy: 'strict-origin',
      sandbox: 'allow-scripts allow-same-origin allow-forms allow-downloads allow-popups allow-popups-to-escape-sandbox',
      style: 'display:block;border:0;width:100%',
      height: height || 480
    })
    let port, asked

    // All that opens a view: a fresh credential, how the page looks around the view, and over that what its style sheet
    // and the options ask for. However often it is wanted, one question at a time is under way. Without a token the view
    // is opened all the same: it says what is missing.
    const ask = () => asked ||= (async () => {
      if (!tokenUrl) return token?.call ? token() : token
      const answer = await fetch(tokenUrl)
      if (answer.ok) return answer.text()
      throw tokenUrl + ' ' + answer.status
    })()
      .catch((message) => hear({data: {t: 'error', code: 'token', message}}))
      .then((token) => {
        asked = 0
        const style = getComputedStyle(target), {fontFamily, direction, colorScheme} = style
        const as = {...Intl.DateTimeFormat(locale).resolvedOptions(), ...filters, url: location.href, clientId, accessKey, token, fontFamily, direction, colorScheme}
        for (const name of 'accent surface text muted border danger radius font font-size row-padding'.split(' '))
          as[name] = style.getPropertyValue('--audit-' + name)
        return {...as, ...theme}
      })

    // What we say, and what the view says.
    const send = (t) => ask().then((as) => port?.postMessage({t, ...as}))
    const hear = ({data}) => {
      if (data.t == 'height') frame.height = height || data.height
      else if (data.t == 'show') {
        // Not for longer: it counts when browsers themselves scroll to something in the frame.
        frame.style.scrollMargin = data.margin
        frame.scrollIntoView({block: 'nearest'})
        frame.style.scrollMargin = ''
      }
      else if (data.t == 'token' || data.t == 'theme') send(data.t)
      else if (data.t == 'url' && syncUrl) {
        const url = new URL(location)
        url.searchParams.set('audit', data.query)
        history.replaceState(history.state, '', url)
      } else frame.dispatchEvent(new CustomEvent(data.t, {detail: data}))
    }

    // What can be seen of the frame may be another part of it now: what lies over the log keeps to that part.
    const seen = () => port?.postMessage({t: 'seen'})
    stop.capture = true
    addEventListener('scroll', seen, stop)
    addEventListener('resize', seen, stop)

    // Every document of the frame asks for a channel of its own.
    addEventListener('message', ({source, origin, data}) => {
      if (data?.t == 'al:ready' && source == frame.contentWindow && origin == action.origin) {
        const {port1, port2} = new MessageChannel
        port = port1
        port.onmessage = hear
        source.postMessage({t: 'al:init', v: 1, url: location.href}, origin, [port2])
      }
    }, stop)

    // Some pages forbid forms to other origins. There the frame loads a document that sends the form itself.
    addEventListener('securitypolicyviolation', ({effectiveDirective}) => {
      if (effectiveDirective == 'form-action') frame.src ||= action
    }, stop)

    target.append(frame)
    ask().then((as) => {
      const form = make('form', {method: 'post', action, target: name})
      for (const name in as) form.append(make('input', {name, value: as[name] ?? ''}))
      // In the frame it is never seen; and where the frame was removed in the meantime, nothing is sent.
      frame.append(form)
      form.submit()
      form.remove()
    })

    return {
      on(...event) {
        frame.addEventListener(...event)
        return this
      },
      refresh: () => send('refresh'),
      destroy() {
        stop.abort()
        frame.remove()
      }
    }
  }

  window.AuditLog = {init: window.auditLog = auditLog}
  customElements.get('audit-log') || customElements.define('audit-log', class extends HTMLElement {
    connectedCallback() {
      const as = make('a')
      for (const {name, value} of this.attributes) as.setAttribute('data-' + name, value)
      this.log = auditLog({...as.dataset, target: this})
    }
    disconnectedCallback() {
      this.log.destroy()
    }
  })
  if (tag?.dataset.view) auditLog(tag.dataset)
}
