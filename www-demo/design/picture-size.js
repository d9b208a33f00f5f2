/** How large a picture is, read from the first bytes of its file: before anything takes the memory to decode it. */

/**
 * @param {DataView} data the beginning of the file
 * @returns {{width: number, height: number} | null} null if it is no PNG, JPEG, WebP or GIF
 */
export function sizeOf(data) {
  try {
    return png(data) ?? gif(data) ?? webp(data) ?? jpeg(data);
  } catch {
    return null; // it ends in the middle
  }
}

/** @param {DataView} data @param {number} at @param {string} letters */
const says = (data, at, letters) => [...letters].every((letter, by) => data.getUint8(at + by) === letter.charCodeAt(0));

/** @param {DataView} data */
const png = (data) => (data.getUint32(0) === 0x89504e47 && says(data, 12, "IHDR") ? { width: data.getUint32(16), height: data.getUint32(20) } : null);

/** @param {DataView} data */
const gif = (data) => (says(data, 0, "GIF8") ? { width: data.getUint16(6, true), height: data.getUint16(8, true) } : null);

/** @param {DataView} data */
function webp(data) {
  if (!says(data, 0, "RIFF") || !says(data, 8, "WEBP")) return null;
  if (says(data, 12, "VP8 ")) return { width: data.getUint16(26, true) & 0x3fff, height: data.getUint16(28, true) & 0x3fff };
  if (says(data, 12, "VP8L")) {
    const bits = data.getUint32(21, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 };
  }
  if (!says(data, 12, "VP8X")) return null;
  const three = (/** @type {number} */ at) => data.getUint16(at, true) + (data.getUint8(at + 2) << 16) + 1;
  return { width: three(24), height: three(27) };
}

/** The segments of a JPEG, up to the one that begins a frame. @param {DataView} data */
function jpeg(data) {
  if (data.getUint16(0) !== 0xffd8) return null;
  for (let at = 2; at + 9 < data.byteLength; ) {
    if (data.getUint8(at) !== 0xff) return null;
    const kind = data.getUint8(at + 1);
    if (kind === 0xff) at += 1;
    else if (kind >= 0xc0 && kind <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(kind)) return { width: data.getUint16(at + 7), height: data.getUint16(at + 5) };
    else at += 2 + data.getUint16(at + 2);
  }
  return null;
}
