// Bars of time as one stop of the Tab key; some of them, dragged over or selected with Shift and the arrows, opened as
// a closer look. Without this, every bar is a link, and the form above takes any two days.
(() => {
  const chart = document.getElementById('bars');
  const steps = chart ? [...chart.querySelectorAll('.whole')] : [];
  if (!steps.length) return;
  const band = chart.querySelector('.brush');
  document.getElementById('brush-hint').hidden = false;
  let anchor = steps.length - 1, at = anchor, held = null;
  const stop = () => steps.forEach((step, index) => step.setAttribute('tabindex', index === at ? '0' : '-1'));
  const draw = () => {
    const from = Math.min(anchor, at), count = anchor === at ? 0 : Math.abs(anchor - at) + 1;
    band.setAttribute('x', `${(from * 100) / steps.length}%`);
    band.setAttribute('width', `${(count * 100) / steps.length}%`);
  };
  const open = () => {
    const query = new URLSearchParams(location.search);
    query.delete('range');
    query.set('from', steps[Math.min(anchor, at)].dataset.from);
    query.set('through', steps[Math.max(anchor, at)].dataset.through);
    location.search = query;
  };
  const under = (event) => {
    const box = chart.getBoundingClientRect();
    const place = Math.floor(((event.clientX - box.left) / box.width) * steps.length);
    return Math.min(Math.max(place, 0), steps.length - 1);
  };
  stop();
  chart.addEventListener('keydown', (event) => {
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: steps.length - 1 }[event.key];
    if (event.key === 'Enter' && anchor !== at) {
      event.preventDefault();
      open();
    } else if (event.key === 'Escape') {
      anchor = at;
      draw();
    } else if (to !== undefined && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      at = Math.min(Math.max(to, 0), steps.length - 1);
      if (!event.shiftKey) anchor = at;
      stop();
      draw();
      steps[at].focus();
    }
  });
  chart.addEventListener('focusin', (event) => {
    const step = steps.indexOf(event.target.closest('a'));
    if (step < 0 || step === at) return;
    anchor = at = step;
    stop();
  });
  chart.addEventListener('dragstart', (event) => event.preventDefault());
  chart.addEventListener('pointerdown', (event) => {
    if (event.button || event.pointerType === 'touch') return;
    anchor = at = held = under(event);
  });
  addEventListener('pointermove', (event) => {
    if (held === null) return;
    at = under(event);
    draw();
  });
  addEventListener('pointerup', () => {
    const dragged = held !== null && anchor !== at;
    held = null;
    if (dragged) open();
  });
  chart.addEventListener('click', (event) => anchor !== at && event.detail && event.preventDefault());
})();
