(async () => {
  const told = document.currentScript.dataset
  const editor = await import(told.script)
  await editor.default({ module_or_path: told.wasm })
  editor.customize()
})()
