for (const input of document.querySelectorAll('[data-fills]')) {
  const said = input.nextElementSibling
  input.parentElement.hidden = false
  const sent = async (file) => {
    const answer = await fetch(input.dataset.to, { method: 'POST', body: file })
    if (answer.ok) return answer.text()
    throw answer.status < 500 ? 'The file was not taken: a picture of at most 256 KB is.' : 'Try again in a while.'
  }
  input.addEventListener('change', async () => {
    const [file] = input.files
    if (!file) return
    said.textContent = 'Uploading…'
    try {
      document.getElementById(input.dataset.fills).value = await sent(file)
      said.textContent = 'Uploaded; not saved yet.'
    } catch (wrong) {
      said.textContent = typeof wrong === 'string' ? wrong : 'The server could not be reached.'
    }
    input.value = ''
  })
}
