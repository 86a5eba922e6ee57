// Takes out of the script that Emscripten writes for a wasm module what our pages never use: fetching the module
// (the library hands over one that is compiled), reading files, views of the memory in other types than bytes. A part
// that is not found, as another Emscripten may write it, stays.

/** Views that Emscripten makes, besides the bytes that we read. */
const VIEWS = ['HEAP8', 'HEAP16', 'HEAPU16', 'HEAP32', 'HEAPU32', 'HEAPF32', 'HEAPF64', 'HEAP64', 'HEAPU64'];

/** @type {[RegExp, string][]} Each with what takes its place. */
const parts = [
  // The module always comes by this hook, so that what follows in the function is never reached.
  [/if\(Module\["instantiateWasm"\]\)\{try\{(return Module\["instantiateWasm"\]\(info,receiveInstance\))\}catch\(e\)\{err\(`[^`]*`\);readyPromiseReject\(e\)\}\}/, '$1;'],
  // Where the script lies, and how files beside it are read: for fetching the module.
  [/var scriptDirectory="";function locateFile\(path\)\{.*?\}\}else\{\}(?=var out=)/s, ''],
  [/var moduleOverrides=Object\.assign\(\{\},Module\);/, ''],
  [/Object\.assign\(Module,moduleOverrides\);moduleOverrides=null;/, ''],
];

/** @param {string} script  as Emscripten writes it, not minified further */
export function leanGlue(script) {
  let lean = script;
  for (const [pattern, instead] of parts) lean = lean.replace(pattern, instead);
  for (const view of VIEWS) {
    const made = new RegExp(`Module\\["${view}"\\]=${view}=new \\w+\\(b\\);?`);
    const elsewhere = lean.replace(made, '').match(new RegExp(`\\b${view}\\b`, 'g')) ?? [];
    // It is declared once, and used where there is more.
    if (elsewhere.length <= 1) lean = lean.replace(made, '');
  }
  if (!/\bout\(/.test(lean)) lean = lean.replace('var out=console.log.bind(console);', '');
  return withTable(lean);
}

/** Gives all functions of the module their names at once, where Emscripten writes a function for each. @param {string} script */
function withTable(script) {
  const one = /var (_\w+)=Module\["\1"\]=\(?[\w,]*\)?=>\(\1=Module\["\1"\]=wasmExports\["(\w+)"\]\)\([\w,]*\);/g;
  const found = [...script.matchAll(one)];
  const ready = 'wasmExports=applySignatureConversions(wasmExports);';
  const rest = script.replace(one, '');
  const named = found.map(([, name, key]) => `${name}:"${key}"`).join();
  // Emscripten's own code may call one of them by its name.
  const free = found.filter(([, name]) => !new RegExp(`\\b${name}\\b`).test(rest));
  if (free.length < found.length || !rest.includes(ready)) return script;
  return rest.replace(ready, `${ready}for(const[name,key]of Object.entries({${named}}))Module[name]=wasmExports[key];`);
}
