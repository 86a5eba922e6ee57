// Types of vendor/directives/live.js, which the build copies from npm (tools/lib/site.mjs).
export * from 'lit-html/directives/live.js';
