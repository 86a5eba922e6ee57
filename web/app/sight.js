// Bringing something that has come on the page before the eyes, where it came out of sight.

/** Scrolls calmly, or at once for people who want no motion. @param {Element} element */
export function bringIntoSight(element) {
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  // What is higher than the window begins at its top.
  const block = element.getBoundingClientRect().height > window.innerHeight ? 'start' : 'nearest';
  element.scrollIntoView({ block, behavior: still ? 'instant' : 'smooth' });
}
