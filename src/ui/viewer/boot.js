(() => {
  const body = document.body, told = body.dataset;
  const hand = (window.daybook = { port: null, init: null, late: [] });
  let height = 0, frame = 0;
  const measure = () => {
    frame = 0;
    const now = Math.ceil(body.getBoundingClientRect().height);
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
    new ResizeObserver(() => (frame ||= requestAnimationFrame(measure))).observe(body);
  }
  if (!told.script) return;
  (window.requestIdleCallback || setTimeout)(async () => {
    const viewer = await import(told.script);
    await viewer.default({ module_or_path: told.wasm });
    viewer.hydrate();
    for (const island of document.querySelectorAll('leptos-island')) viewer[island.dataset.component](island);
  });
})();
