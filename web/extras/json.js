// Values in JSON, and as Python prints them: exporters write such texts into models, and lists of ImageNet's classes
// are passed around as the text of a dict.

import { argumentError } from '../lib/error.js';

/**
 * What a text in JSON holds, with or without the mark of its encoding.
 * @param {string} text
 * @param {string} attribute  of the error
 * @returns {any}
 */
export function parseJson(text, attribute) {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (cause) {
    throw argumentError(attribute, `it is not valid JSON (${/** @type {Error} */ (cause).message})`);
  }
}

/**
 * A value in JSON, or as Python prints it, made of dicts, lists, tuples, numbers and strings.
 * @param {string} text
 * @returns {any}  undefined where it is none
 */
export function pythonValue(text) {
  for (const json of [text, asJson(text)]) {
    try {
      return JSON.parse(json);
    } catch {
      // The other one.
    }
  }
  return undefined;
}

/** @param {string} text */
function asJson(text) {
  // Strings first, so that nothing within them is taken for syntax; then keys that are numbers.
  const { bare, kept } = withoutStrings(text);
  return bare.replace(/\(/g, '[').replace(/\)/g, ']').replace(/,\s*([\]}])/g, '$1')
    .replace(/([{,]\s*)(\d+)\s*:/g, '$1"$2":')
    .replace(/\bTrue\b/g, 'true').replace(/\bFalse\b/g, 'false').replace(/\bNone\b/g, 'null')
    .replace(/@(\d+)@/g, (_, index) => JSON.stringify(kept[index]));
}

/**
 * Takes the strings out, and leaves their numbers between two signs. By hand: an expression that looks for the end of
 * every quotation mark takes minutes for a text of them.
 * @param {string} text
 */
function withoutStrings(text) {
  /** @type {string[]} */
  const kept = [];
  let bare = '';
  for (let at = 0; at < text.length; at += 1) {
    const quote = text[at];
    if (quote !== '"' && quote !== "'") {
      bare += quote;
      continue;
    }
    let end = at + 1;
    while (end < text.length && text[end] !== quote) end += text[end] === '\\' ? 2 : 1;
    if (end >= text.length) return { bare: bare + text.slice(at), kept };
    bare += `@${kept.length}@`;
    kept.push(unescaped(text.slice(at + 1, end)));
    at = end;
  }
  return { bare, kept };
}

/** What stands for other characters becomes them. @param {string} text */
function unescaped(text) {
  return text.replace(/\\(?:x([\da-f]{2})|u([\da-f]{4})|U([\da-f]{8})|(.))/gs, (all, two, four, eight, sign) => {
    const code = parseInt(two ?? four ?? eight, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : '\x07\b\f\n\r\t\v'['abfnrtv'.indexOf(sign)] ?? (/[\\'"]/.test(sign) ? sign : all);
  });
}
