/** Designs that come by themselves: dropped on the page, or in its address. */

const MARK = "#draft=";

/**
 * @param {() => Promise<{openFile(file: File): void, openLink(hash: string): void}>} opening
 * @param {(error: unknown) => void} failed the page could not fetch what opens them
 */
export function createArrivals(opening, failed) {
  addEventListener("dragover", (event) => {
    if ([...(event.dataTransfer?.types ?? [])].includes("Files")) event.preventDefault();
  });
  addEventListener("drop", (event) => {
    const [given] = event.dataTransfer?.files ?? [];
    if (!given || event.defaultPrevented) return;
    event.preventDefault();
    opening().then(({ openFile }) => openFile(given), failed);
  });
  function look() {
    const { hash } = location;
    if (hash.startsWith(MARK)) opening().then(({ openLink }) => openLink(hash), failed);
  }
  addEventListener("hashchange", look);
  look();
}
