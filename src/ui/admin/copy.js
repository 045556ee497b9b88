// Shows the copy buttons; without this file what they copy is text to select.
const told = document.getElementById('copied')

// The old way works where a page has no clipboard of its own: on an address without TLS.
const bySelection = (text) => {
  const area = Object.assign(document.createElement('textarea'), { value: text, className: 'unseen' })
  document.body.append(area)
  area.select()
  const done = document.execCommand('copy')
  area.remove()
  return done
}

for (const button of document.querySelectorAll('button[data-copies]')) {
  const name = button.textContent
  let shown
  button.hidden = false
  button.addEventListener('click', async () => {
    const text = document.getElementById(button.dataset.copies).textContent
    const copied = await navigator.clipboard?.writeText(text).then(() => true, () => false)
    const done = copied || bySelection(text) ? 'Copied' : 'Not copied: select it'
    button.focus()
    button.textContent = done
    // The same words again would not be read out again.
    told.textContent = ''
    setTimeout(() => (told.textContent = done), 50)
    clearTimeout(shown)
    shown = setTimeout(() => (button.textContent = name), 2500)
  })
}
