// Style sheets of views, linked when a view is mounted, which waits for them so that nothing is painted
// without its style.

/**
 * @param {string} base  import.meta.url of the caller
 * @param {...string} names  relative to it
 */
export async function linkStyles(base, ...names) {
  await Promise.all(names.map((name) => new Promise((resolve) => {
    const { href } = new URL(name, base);
    if (document.querySelector(`link[href="${href}"]`)) {
      resolve(undefined);
      return;
    }
    const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href });
    link.addEventListener('load', resolve);
    link.addEventListener('error', resolve);  // better plain than not at all
    document.head.append(link);
  })));
}
