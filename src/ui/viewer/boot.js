(() => {
  const body = document.body, told = body.dataset;
  const hand = (window.daybook = { port: null, init: null, late: [] });
  let height = 0, frame = 0;
  const measure = () => {
    frame = 0;
    const now = Math.min(Math.max(Math.ceil(body.getBoundingClientRect().height), 200), 20000);
    // A frame that follows has nothing to scroll, so that nothing in it can stick to its edges.
    body.toggleAttribute('data-grown', height && Math.abs(innerHeight - height) < 2);
    if (hand.port && now !== height) hand.port.postMessage({ t: 'height', height: (height = now) });
  };
  if (told.parent && parent !== window) {
    addEventListener('message', (event) => {
      const data = event.data, port = event.ports[0];
      if (event.source !== parent || event.origin !== told.parent || !data || data.t !== 'al:init' || !port) return;
      hand.port?.close();
      hand.port = port;
      hand.init = data;
      port.onmessage = (event) => hand.take ? hand.take(event.data) : hand.late.push(event.data);
      if (told.error) port.postMessage({ t: 'error', code: told.error, message: told.message });
      height = 0;
      measure();
    });
    parent.postMessage({ t: 'al:ready', v: 1 }, told.parent);
    const soon = () => (frame ||= requestAnimationFrame(measure));
    new ResizeObserver(soon).observe(body);
    addEventListener('resize', soon);
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
