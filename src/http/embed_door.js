// The page around asks for this document with its origin (`referrerpolicy` of the frame), and is spoken to only there.
const host = document.referrer ? new URL(document.referrer).origin : location.ancestorOrigins[0]
addEventListener('message', (event) => {
  const port = event.ports[0]
  if (event.source !== parent || event.origin !== host || !event.data || event.data.t !== 'al:init' || !port) return
  port.onmessage = ({data}) => {
    if (data.t === 'token') open(location.pathname, data)
  }
  port.postMessage({t: 'token'})
})
parent.postMessage({t: 'al:ready', v: 1}, host)
