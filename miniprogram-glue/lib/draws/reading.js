/** The wheel, the points and the promise as the server said them last. */

import { apiError } from "../../../www-demo/common/api-error.js";
import { readNews } from "../../../www-demo/common/news.js";
import { expired } from "../api/renewal.js";
import { notRead } from "./trouble.js";

/**
 * @typedef {import('../../../www-demo/common/news.js').News} News
 * @typedef {ReturnType<typeof createReading>} Reading
 *
 * Core and memory of whoever is logged in, and how many logins there were before.
 * @typedef {{visit: number, core: import('../../../www-demo/common/types.js').Core, memory: ReturnType<typeof import('../../../www-demo/common/memory.js').createMemory>,
 *   evidence: ReturnType<typeof import('./evidence.js').createEvidence>}} Desk
 */

/**
 * @param {import('../session/state.js').State} state
 * @param {Pick<import('../../../www-demo/common/types.js').Calls, "config" | "user" | "records" | "proof">} calls
 */
export function createReading(state, calls) {
  /** And to whom. @type {{visit: number, news: News} | null} */
  let current = null;
  /** News that somebody else drew, of readings whose words nobody was told; to be told once. @type {{visit: number, words: News["words"]} | null} */
  let untold = null;

  /** @param {Desk} desk @returns {Promise<News>} */
  async function read({ visit, core, memory }) {
    current = null;
    const news = await readNews({ api: calls, core, memory }).catch((error) => {
      throw notRead(apiError(error));
    });
    if (state.visit !== visit) throw expired();
    current = { visit, news };
    if (news.words && !news.words.bad) untold = { visit, words: news.words };
    return news;
  }

  /** @param {Desk} desk */
  const known = async (desk) => (current && current.visit === desk.visit ? current.news : read(desk));

  return {
    read,
    known,
    /** The news with what was not told of earlier ones; it is told now. @param {News} news @returns {News} */
    told(news) {
      const words = news.words || (untold && untold.visit === state.visit ? untold.words : null);
      if (!news.words || !news.words.bad) untold = null;
      return { ...news, words };
    },
    /** What is known from elsewhere than reading; null: it must be read. @param {Desk} desk @param {News | null} news */
    set({ visit }, news) {
      current = news && { visit, news };
    },
  };
}
