// A notice gives way to the view when the page around sends a fresh credential: as it likes, or when the reader asks.
const hand = window.daybook
hand.take = (message) => {
  if (message.t === 'refresh' || message.t === 'token') open(document.body.dataset.again, message)
}
document.querySelector('a')?.addEventListener('click', (event) => {
  if (!hand.port) return
  event.preventDefault()
  hand.port.postMessage({ t: 'token' })
})
