(() => {
  // Moments in the reader's locale, and in their zone unless the page has chosen another.
  const style = { year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', timeZoneName: 'short' }
  for (const time of document.querySelectorAll('time[data-local]')) {
    try {
      const zone = time.dataset.local || undefined
      time.textContent = new Intl.DateTimeFormat(undefined, { ...style, timeZone: zone }).format(new Date(time.dateTime))
    } catch {
      // A zone that this browser does not know: what the server wrote names it.
    }
  }
  // The old way of copying works where a page has no clipboard of its own: on an address without TLS.
  const bySelection = (text) => {
    const area = Object.assign(document.createElement('textarea'), { value: text, className: 'unseen' })
    document.body.append(area)
    area.select()
    const done = document.execCommand('copy')
    area.remove()
    return done
  }
  // Copy buttons; without scripts what they copy is text to select.
  const buttons = document.querySelectorAll('button[data-copies]')
  const status = document.createElement('p')
  status.className = 'unseen'
  status.id = 'copied'
  status.setAttribute('aria-live', 'polite')
  if (buttons.length > 0) document.body.append(status)
  for (const button of buttons) {
    const name = button.textContent
    button.hidden = false
    button.addEventListener('click', async () => {
      const text = document.getElementById(button.dataset.copies).textContent
      const copied = await navigator.clipboard?.writeText(text).then(() => true, () => false)
      const done = copied || bySelection(text) ? 'Copied' : 'Select it to copy'
      button.focus()
      button.textContent = done
      button.classList.toggle('copied', done === 'Copied')
      // The same words again would not be read out again.
      status.textContent = ''
      setTimeout(() => (status.textContent = done), 50)
      setTimeout(() => {
        button.textContent = name
        button.classList.remove('copied')
      }, 2500)
    })
  }
})()
