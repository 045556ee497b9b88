// Shows the copy buttons where the browser can copy; without this file what they copy is text to select.
const told = document.getElementById('copied')
for (const button of navigator.clipboard ? document.querySelectorAll('button[data-copies]') : []) {
  const name = button.textContent
  button.hidden = false
  button.addEventListener('click', async () => {
    let done = 'Copied'
    try {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).textContent)
    } catch {
      done = 'Not copied: select it'
    }
    button.textContent = done
    // The same words again would not be read out again.
    told.textContent = ''
    setTimeout(() => (told.textContent = done), 50)
    setTimeout(() => (button.textContent = name), 2500)
  })
}
