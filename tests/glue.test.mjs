// The script of a module, made lean (tools/lib/glue.mjs): what pages need of it stays, and another Emscripten's stays whole.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leanGlue } from '../tools/lib/glue.mjs';

/** As Emscripten writes it, in short. */
const script = [
  'var scriptDirectory="";function locateFile(path){return scriptDirectory+path}if(a){{read}}}else{}var out=console.log.bind(console);',
  'function updateMemoryViews(){var b=wasmMemory.buffer;Module["HEAP8"]=HEAP8=new Int8Array(b);Module["HEAPU8"]=HEAPU8=new Uint8Array(b)}',
  'if(Module["instantiateWasm"]){try{return Module["instantiateWasm"](info,receiveInstance)}catch(e){err(`failed: ${e}`);readyPromiseReject(e)}}fetch();',
  'wasmExports=applySignatureConversions(wasmExports);',
  'var _one=Module["_one"]=()=>(_one=Module["_one"]=wasmExports["i"])();var _two=Module["_two"]=(a0,a1)=>(_two=Module["_two"]=wasmExports["j"])(a0,a1);',
].join('');

test('what pages do not use is left out', () => {
  assert.equal(leanGlue(script), [
    'function updateMemoryViews(){var b=wasmMemory.buffer;Module["HEAPU8"]=HEAPU8=new Uint8Array(b)}',
    'return Module["instantiateWasm"](info,receiveInstance);fetch();',
    'wasmExports=applySignatureConversions(wasmExports);for(const[name,key]of Object.entries({_one:"i",_two:"j"}))Module[name]=wasmExports[key];',
  ].join(''));
});

test('what is used stays: a view, a function that the script itself calls, what it prints with', () => {
  const used = leanGlue(`${script}_two(HEAP8[0]);var HEAP8;out("x")`);
  assert.match(used, /Module\["HEAP8"\]/);
  assert.match(used, /var _one=.*var _two=/);
  assert.match(used, /var out=/);
});

test('a script of another kind stays as it is', () => {
  assert.equal(leanGlue('export default 1'), 'export default 1');
});
