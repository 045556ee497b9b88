(() => {
  const body = document.body, told = body.dataset, root = document.documentElement;
  const hand = (window.daybook = { port: null, init: null, late: [], look: null });
  let height = 0, frame = 0, looking = false, later = 0;
  const measure = () => {
    frame = 0;
    const now = Math.min(Math.max(Math.ceil(body.getBoundingClientRect().height), 200), 20000);
    // A frame that follows has nothing to scroll: what sticks in it sticks to the part that can be seen.
    body.toggleAttribute('data-grown', height && Math.abs(innerHeight - height) < 2);
    if (hand.port && now !== height) hand.port.postMessage({ t: 'height', height: (height = now) });
    follow();
  };
  // What can be seen of this frame, whatever it is in: its own part of the screen, which browsers tell every frame.
  const look = (hand.look = () => {
    if (looking || !hand.port) return;
    looking = true;
    new IntersectionObserver(([{ intersectionRect: { top, bottom } }], once) => {
      once.disconnect();
      looking = false;
      if (bottom <= top) return;
      // A frame that ends on the screen may grow further down.
      if ('grown' in told && bottom > innerHeight - 2) bottom = Math.max(bottom, top + 576);
      const stage = document.querySelector('.stage')?.getBoundingClientRect().top ?? 0;
      const lengths = { top, end: innerHeight - Math.min(bottom, innerHeight), whole: bottom - top, room: bottom - Math.max(top, stage) };
      for (const name in lengths) root.style.setProperty('--seen-' + name, lengths[name] + 'px');
    }).observe(root);
  });
  // A frame in a process of its own hears of the scrolling before it hears what can be seen now: it looks once more.
  const follow = () => {
    look();
    clearTimeout(later);
    later = setTimeout(() => { look(); later = setTimeout(look, 400); }, 100);
  };
  if (told.parent && parent !== window) {
    addEventListener('message', (event) => {
      const data = event.data, port = event.ports[0];
      if (event.source !== parent || event.origin !== told.parent || !data || data.t !== 'al:init' || !port) return;
      hand.port?.close();
      hand.port = port;
      hand.init = data;
      port.onmessage = ({ data }) => data.t === 'seen' ? follow() : hand.take ? hand.take(data) : hand.late.push(data);
      if (told.error) port.postMessage({ t: 'error', code: told.error, message: told.message });
      height = 0;
      measure();
    });
    parent.postMessage({ t: 'al:ready', v: 1 }, told.parent);
    const soon = () => (frame ||= requestAnimationFrame(measure));
    new ResizeObserver(soon).observe(body);
    addEventListener('resize', soon);
    addEventListener('scroll', look, { passive: true });
  }
  if (!told.script) return;
  // In a frame of another site the browser may forget to tell of its idle moments, so the wait has an end.
  (window.requestIdleCallback || setTimeout)(async () => {
    const viewer = await import(told.script);
    await viewer.default({ module_or_path: told.wasm });
    viewer.hydrate();
    for (const island of document.querySelectorAll('leptos-island')) viewer[island.dataset.component](island);
  }, { timeout: 500 });
})();
