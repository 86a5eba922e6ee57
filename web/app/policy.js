// The page's policy, as index.html states it: which hosts it may connect to besides its own. Read from
// there, so that what the page says of it cannot differ from what the browser enforces.

/** @returns {string[]} such as huggingface.co, *.hf.co */
export function policyHosts() {
  const policy = document.querySelector('meta[http-equiv="Content-Security-Policy"]')?.getAttribute('content') ?? '';
  const sources = /connect-src ([^;]*)/.exec(policy)?.[1].split(' ') ?? [];
  return sources.filter((source) => source.startsWith('https://')).map((source) => source.slice('https://'.length));
}

/** Whether the policy lets the page connect to an address. @param {URL} address */
export function policyAllows({ origin, host, protocol }) {
  if (origin === location.origin || !/^https?:$/.test(protocol)) return true;
  return protocol === 'https:' && policyHosts().some((name) =>
    (name.startsWith('*.') ? host.endsWith(name.slice(1)) : host === name));
}
