/** Pictures of prizes for the wheel, each loaded once and kept while a prize has it. */

/** @param {{changed: () => void}} parts `changed`: one has arrived, or is known not to come */
export function createWheelPictures({ changed }) {
  /** @type {Map<string, {picture: HTMLImageElement, state: "waits" | "there" | "broken"}>} */
  const known = new Map();

  /** @param {string} url */
  function load(url) {
    const entry = { picture: new Image(), state: /** @type {"waits" | "there" | "broken"} */ ("waits") };
    known.set(url, entry);
    const settle = (/** @type {"there" | "broken"} */ state) => {
      entry.state = state;
      if (known.get(url) === entry) changed();
    };
    entry.picture.onload = () => settle("there");
    entry.picture.onerror = () => settle("broken");
    entry.picture.src = url;
  }

  return {
    /** These are wanted, and no others. @param {string[]} urls */
    want(urls) {
      for (const url of [...known.keys()]) if (!urls.includes(url)) known.delete(url);
      for (const url of urls) if (url && !known.has(url)) load(url);
    },
    /** @param {string} url @returns {HTMLImageElement | undefined} */
    get(url) {
      const entry = known.get(url);
      return entry?.state === "there" ? entry.picture : undefined;
    },
    /** @param {string} url */
    isBroken: (url) => known.get(url)?.state === "broken",
  };
}
