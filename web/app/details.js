// The details at the foot of the page, in tabs: the model, its times, the code that does the same in a
// page of one's own, the plan, and what is kept on the device. What is not seen is not computed.

import { codeFor } from './code.js';
import { showFacts, showTiming } from './facts.js';
import { part } from './part.js';
import { copyText } from './save.js';
import { texts } from './texts.js';

/** Milliseconds between two updates of the times while they are seen. */
const PACE = 1000;

/** @param {string} id */
const element = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/**
 * @param {import('./models.js').Models} models
 * @param {import('./settings.js').Settings} settings
 * @param {import('./offline.js').Offline} offline
 * @param {import('./errorPanel.js').ErrorPanel} errors
 */
export function showDetails(models, settings, offline, errors) {
  const details = /** @type {HTMLDetailsElement} */ (element('facts'));
  const fill = () => {
    const { info, current, times } = models;
    if (!details.open || !info || !current) return;
    showTiming({ ...info, ...models.threads }, times);
    element('code').textContent = codeFor({ info, choice: current, settings });
  };
  const adopt = () => {
    if (models.info) showFacts(models.info, models.current);
    fill();
  };
  /** @type {import('./deviceTab.js').DeviceTab | undefined} */
  let device;
  const showDevice = async () => {
    if (!details.open || element('panel-device').hidden) return;
    try {
      const { DeviceTab } = await part(() => import('./deviceTab.js'));
      device ??= new DeviceTab(models, offline, settings);
      await device.show();
    } catch (error) {
      errors.show(error, undefined, showDevice);
    }
  };
  const showTab = () => {
    fill();
    if (details.open) models.askThreads();
    showDevice();
  };
  watchTabs(element('tabs'), showTab);
  details.addEventListener('toggle', showTab);
  models.addEventListener('change', adopt);
  models.addEventListener('list', showDevice);
  offline.addEventListener('change', showDevice);
  models.addEventListener('status', fill);
  settings.addEventListener('change', fill);
  setInterval(() => { if (!element('panel-timing').hidden) fill(); }, PACE);
  const copy = element('copy-code');
  copy.addEventListener('click', async () => {
    const copied = await copyText(element('code').textContent ?? '');
    copy.textContent = copied ? texts.facts.copied : texts.facts.notCopied;
    setTimeout(() => { copy.textContent = texts.facts.copy; }, 2000);
  });
}

/**
 * Tabs as the ARIA practices have them: arrow keys, Home and End go from one to another.
 * @param {HTMLElement} list
 * @param {() => void} onChange
 */
function watchTabs(list, onChange) {
  const tabs = /** @type {HTMLElement[]} */ ([...list.querySelectorAll('[role=tab]')]);
  const select = (/** @type {HTMLElement} */ chosen) => {
    for (const tab of tabs) {
      tab.setAttribute('aria-selected', String(tab === chosen));
      tab.tabIndex = tab === chosen ? 0 : -1;
      element(tab.getAttribute('aria-controls') ?? '').hidden = tab !== chosen;
    }
    onChange();
  };
  for (const [index, tab] of tabs.entries()) {
    tab.addEventListener('click', () => select(tab));
    tab.addEventListener('keydown', (event) => {
      const next = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: tabs.length - 1 }[event.key];
      if (next === undefined) return;
      event.preventDefault();
      const chosen = tabs[(next + tabs.length) % tabs.length];
      select(chosen);
      chosen.focus();
    });
  }
}
