// A choice is shown at once. Without this script there is a button for it.
const form = document.getElementById('choice')
form.querySelector('button').hidden = true
form.addEventListener('change', () => form.requestSubmit())

// On a phone the list of places lies over the page; whoever has chosen one wants to see it.
const places = document.getElementById('places')
places.addEventListener('click', ({target}) => {
  if (target.closest('a[href]') && places.matches(':popover-open')) places.hidePopover()
})
