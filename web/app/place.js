// Runs before the page is painted: an address that names another view than the first must not show
// the first one for a moment. The router (app/router.js) does the rest.
document.documentElement.dataset.shown = location.hash.slice(1).split('?')[0] || 'classify';
