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
  // Copy buttons; without scripts what they copy is text to select.
  const buttons = navigator.clipboard ? document.querySelectorAll('button[data-copies]') : []
  const status = document.createElement('p')
  status.className = 'unseen'
  status.setAttribute('role', 'status')
  if (buttons.length > 0) document.body.append(status)
  for (const button of buttons) {
    const name = button.textContent
    button.hidden = false
    button.addEventListener('click', async () => {
      let done = 'Copied'
      try {
        await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).textContent)
      } catch {
        done = 'Select it to copy'
      }
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
