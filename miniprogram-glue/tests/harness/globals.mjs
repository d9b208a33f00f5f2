/** What a mini-program's code may name without being given it: ES2018, timers and the console, and no more. */

export const ALLOWED = new Set(
  `Object Function Array Number Boolean String Symbol Date Promise RegExp Proxy Reflect JSON Math
  Error EvalError RangeError ReferenceError SyntaxError TypeError URIError
  Map Set WeakMap WeakSet ArrayBuffer DataView
  Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float32Array Float64Array
  Infinity NaN undefined parseFloat parseInt isFinite isNaN
  decodeURI decodeURIComponent encodeURI encodeURIComponent
  console setTimeout clearTimeout setInterval clearInterval`.split(/\s+/),
);

/** What WeChat gives to every file. */
export const GIVEN = ["require", "module", "exports", "wx", "App", "Page", "Component", "Behavior", "getApp", "getCurrentPages", "WXWebAssembly"];

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/**
 * Every global name of a host that a mini-program does not have.
 * @param {object} host
 */
export function forbidden(host) {
  const names = new Set(["eval"]);
  for (let at = host; at && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) {
      if (IDENTIFIER.test(name) && !ALLOWED.has(name) && !GIVEN.includes(name)) names.add(name);
    }
  }
  return [...names];
}
