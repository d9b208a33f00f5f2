/** On a narrow screen: which part of the page is in sight. */

/** @param {HTMLElement} nav whose links lead to the parts */
export function followSections(nav) {
  const links = [...nav.querySelectorAll("a")];
  const parts = links.map((link) => document.querySelector(link.hash));
  /** @type {Set<Element>} */
  const seen = new Set();
  const watch = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (isIntersecting) seen.add(target);
        else seen.delete(target);
      }
      const now = parts.findIndex((part) => part && seen.has(part));
      for (const [at, link] of links.entries()) {
        if (at === now) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
    },
    // A line a third of the way down the window.
    { rootMargin: "-33% 0px -66% 0px" },
  );
  for (const part of parts) if (part) watch.observe(part);
}
