// In the page's head: <script src="{{host}}/embed.js"></script>
import { useEffect, useRef } from 'react'

export function AuditLog() {
  const target = useRef(null)
  useEffect(() => {
    const log = window.auditLog({
      view: '{{view}}', target: target.current, host: '{{host}}',
      token: () => fetch('/audit-token').then((answer) => answer.text())
    })
    return () => log.destroy()
  }, [])
  return <div ref={target} />
}
