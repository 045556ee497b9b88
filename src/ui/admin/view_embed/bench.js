// Ends the list of the test bench with what only a browser finds out.
const say = (id, right, text) => {
  const [verdict, , told] = document.getElementById(id).children
  verdict.textContent = right ? 'Right' : 'Wrong'
  verdict.className = right ? 'verdict right' : 'verdict wrong'
  told.textContent = text
}

const frame = document.querySelector('#audit-log iframe')
if (frame) {
  say('check-script', true, 'The script is there and has made its frame.')
  frame.addEventListener('load', () => {
    // Of our own origin, so it can be looked into; what cannot is not our view.
    const told = frame.contentDocument?.body.dataset
    if (told?.base) say('check-view', true, 'It is open, below.')
    else say('check-view', false, told?.message ?? 'The browser does not show it: is this page opened by another address than the script?')
  })
} else {
  say('check-script', false, 'The browser cannot load the script from there.')
  say('check-view', false, 'Without the script there is none.')
}
