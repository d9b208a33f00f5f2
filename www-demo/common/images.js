/** Pictures of prizes, each loaded once. One that does not come leaves the icon of the prize in its place. */

/**
 * @typedef {{src: string, onload: (() => void) | null, onerror: ((error: unknown) => void) | null, width: number, height: number}} Picture
 */

/**
 * @param {{make: () => any, loaded: () => void, failed: (url: string) => void}} host `make` gives an empty picture of the canvas that will show it
 */
export function createImages({ make, loaded, failed }) {
  /** What was asked for, null until it is there. @type {Map<string, Picture | null>} */
  const pictures = new Map();
  /** @type {Set<string>} */
  const broken = new Set();
  let isOver = false;

  /** @param {string} url */
  function load(url) {
    pictures.set(url, null);
    const isWanted = () => !isOver && pictures.has(url);
    function fail() {
      broken.add(url);
      failed(url);
    }
    try {
      /** @type {Picture} */
      const picture = make();
      picture.onload = () => {
        if (!isWanted()) return;
        pictures.set(url, picture);
        loaded();
      };
      picture.onerror = () => isWanted() && fail();
      picture.src = url;
    } catch {
      fail();
    }
  }

  /** Asked for again, it is tried again. @param {string} url */
  function drop(url) {
    pictures.delete(url);
    broken.delete(url);
  }

  return {
    /** The picture if it is there. @param {string} url */
    get: (url) => pictures.get(url) || undefined,
    /** Whether it is known not to come. @param {string} url */
    isBroken: (url) => broken.has(url),
    /** These are wanted, and no others. @param {string[]} urls */
    want(urls) {
      for (const url of [...pictures.keys()]) if (!urls.includes(url)) drop(url);
      for (const url of urls) if (!pictures.has(url)) load(url);
    },
    forget() {
      isOver = true;
      pictures.clear();
    },
  };
}
