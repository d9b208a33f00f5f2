/**
 * UTF-8 for hosts without TextEncoder and TextDecoder. The build puts these two in place of the globals that the glue of
 * the wasm names; it needs no more of them than this.
 */

const REPLACEMENT = 0xfffd;
/** A call takes only so many arguments. */
const CHUNK = 8190;

export class TextEncoder {
  /** @param {string} text */
  encode(text) {
    const bytes = new Uint8Array(text.length * 3);
    return bytes.subarray(0, this.encodeInto(text, bytes).written);
  }

  /** @param {string} text @param {Uint8Array} bytes with room for three bytes a unit of the text */
  encodeInto(text, bytes) {
    let at = 0;
    for (let index = 0; index < text.length; index++) {
      const point = pointAt(text, index);
      if (point > 0xffff) index++;
      if (point < 0x80) bytes[at++] = point;
      else {
        const more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
        bytes[at++] = [0, 0xc0, 0xe0, 0xf0][more] | (point >> (6 * more));
        for (let rest = more - 1; rest >= 0; rest--) bytes[at++] = 0x80 | ((point >> (6 * rest)) & 0x3f);
      }
    }
    return { read: text.length, written: at };
  }
}

/** The code point there; half a pair alone counts as the replacement character. @param {string} text @param {number} index */
function pointAt(text, index) {
  const unit = text.charCodeAt(index);
  if (unit < 0xd800 || unit > 0xdfff) return unit;
  const next = unit < 0xdc00 && index + 1 < text.length ? text.charCodeAt(index + 1) : 0;
  return next >= 0xdc00 && next <= 0xdfff ? 0x10000 + ((unit - 0xd800) << 10) + (next - 0xdc00) : REPLACEMENT;
}

export class TextDecoder {
  /** Of bytes that the wasm wrote, which are well-formed. @param {Uint8Array} [bytes] */
  decode(bytes) {
    if (!bytes) return "";
    let text = "";
    /** @type {number[]} */
    let units = [];
    for (let at = 0; at < bytes.length; ) {
      const first = bytes[at++];
      const more = first < 0xc0 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
      let point = more ? first & (0x3f >> more) : first;
      for (let rest = 0; rest < more; rest++) point = (point << 6) | (bytes[at++] & 0x3f);
      if (point > 0xffff) units.push(0xd800 + ((point - 0x10000) >> 10), 0xdc00 + ((point - 0x10000) & 0x3ff));
      else units.push(point);
      if (units.length >= CHUNK) {
        text += String.fromCharCode.apply(null, units);
        units = [];
      }
    }
    return text + String.fromCharCode.apply(null, units);
  }
}
