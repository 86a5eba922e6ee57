// Types of vendor/directives/repeat.js, which the build copies from npm (tools/lib/site.mjs).
export * from 'lit-html/directives/repeat.js';
