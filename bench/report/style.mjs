// The report's style sheet: light and dark, readable from a phone's width up; wide tables scroll in
// their own box, so that the page never does sideways.
export const style = `
:root { color-scheme: light dark; --ground: #fff; --ink: #1b2430; --soft: #5b6775; --edge: #d8dee6; --card: #f6f8fa;
  --base: #7fc4b8; --simd: #2f9e8f; --relaxed: #00695c; --native: #5c7cfa; --ort: #e8710a; --litert: #c5221f; --tfjs: #a142f4; --ortnative: #8a5a2b; }
@media (prefers-color-scheme: dark) { :root { --ground: #12171d; --ink: #e6ebf0; --soft: #9aa7b4; --edge: #303a45;
  --card: #1a2129; --base: #4f8f86; --simd: #45b8a8; --relaxed: #7fe3d4; --native: #91a7ff; --ort: #ff9f4a; --litert: #f28b82; --tfjs: #c58af9; --ortnative: #d0a777; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1240px; padding: 16px; background: var(--ground); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; margin: .3em 0; } h2 { font-size: 1.2rem; margin: 1.8em 0 .5em; } h3 { font-size: 1rem; margin: 0 0 .4em; }
p, .note { max-width: 75ch; } .note { color: var(--soft); font-size: .88rem; }
code { font-size: .88em; }
.plots { display: grid; gap: 14px; align-items: start; grid-template-columns: repeat(auto-fill, minmax(min(100%, 330px), 1fr)); }
.plots > figure { margin: 0; padding: 12px; background: var(--card); border: 1px solid var(--edge); border-radius: 8px; min-width: 0; }
svg { display: block; width: 100%; height: auto; font: 11.5px system-ui, sans-serif; fill: var(--ink); }
.tick { fill: var(--soft); font-size: 10.5px; } .grid { stroke: var(--edge); } .value { font-weight: 600; }
.whisker { stroke: var(--ink); stroke-width: 1.2; } .roof { stroke: var(--ink); stroke-width: 1.5; stroke-dasharray: 5 3; fill: none; }
.series { fill: var(--soft); } .s-gossamer-base { fill: var(--base); } .s-gossamer-simd { fill: var(--simd); }
.s-gossamer-relaxed { fill: var(--relaxed); } .s-gossamer-native { fill: var(--native); } .s-ort-web { fill: var(--ort); }
.s-litert { fill: var(--litert); } .s-tfjs { fill: var(--tfjs); } .s-ort-native { fill: var(--ortnative); }
.legend { display: flex; flex-wrap: wrap; gap: 2px 14px; list-style: none; margin: 8px 0 0; padding: 0; font-size: .85rem; }
.legend li { display: flex; align-items: center; gap: 5px; } .legend svg { width: 12px; }
.scroll { overflow-x: auto; margin: .6em 0; overflow-wrap: normal; }
table { border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums; }
th, td { padding: 4px 8px; border-bottom: 1px solid var(--edge); text-align: right; white-space: nowrap; }
th { color: var(--soft); font-weight: 600; } .text { text-align: left; } tbody tr:hover { background: var(--card); }
details { margin: .5em 0; border-top: 1px solid var(--edge); padding-top: .5em; } summary { cursor: pointer; font-weight: 600; padding: 6px 0; }
`;
