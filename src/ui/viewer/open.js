// Opens the view with what the page around sent, by a form, as that page would.
const open = (action, message) => {
  const form = document.createElement('form')
  form.method = 'post'
  form.action = action
  for (const name in message) {
    if (name === 't') continue
    const field = document.createElement('input')
    field.type = 'hidden'
    field.name = name
    field.value = message[name] ?? ''
    form.append(field)
  }
  document.body.append(form)
  form.submit()
}
