// Types of vendor/lit-html.js, which the build copies from npm (tools/lib/site.mjs).
export * from 'lit-html';
