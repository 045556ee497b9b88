// A choice is shown at once. Without this script there is a button for it.
const form = document.getElementById('choice')
form.querySelector('button').hidden = true
form.addEventListener('change', () => form.requestSubmit())
