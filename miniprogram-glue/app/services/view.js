/** What a person should see is brought into view. */

/** Kept free above and below, in px. */
const MARGIN = 12;

/**
 * Scrolls the page as little as brings all of it into view; its head comes first if it is larger than the view.
 * @param {any} page nothing is done while another page is before it @param {string} selector
 */
function bringIntoView(page, selector) {
  if (!page.isShown) return;
  const query = wx.createSelectorQuery();
  query.select(selector).boundingClientRect();
  query.selectViewport().scrollOffset();
  query.exec((/** @type {any[]} */ [box, view]) => {
    if (!box || !view || !page.isShown) return;
    const { windowHeight } = wx.getWindowInfo ? wx.getWindowInfo() : wx.getSystemInfoSync();
    const missing = Math.min(box.bottom + MARGIN - windowHeight, box.top - MARGIN);
    const by = box.top < 0 ? box.top - MARGIN : missing;
    if (box.top < 0 || box.bottom > windowHeight) wx.pageScrollTo({ scrollTop: Math.max(0, view.scrollTop + by), duration: 200 });
  });
}

module.exports = { bringIntoView };
