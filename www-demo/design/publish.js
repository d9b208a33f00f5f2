/** Publishing: the bar at the foot of the page at once, and the rest of it when somebody is at work. */

import { changes } from "../common/draft-changes.js";
import { createStore } from "../common/storage.js";
import { createSession } from "../session.js";
import { later, PANELS, styled } from "./later.js";
import { createPublishBar } from "./publish-bar.js";

/** @typedef {ReturnType<typeof import('./publish-flow.js').createPublishFlow>} Flow */

/**
 * @param {object} parts
 * @param {HTMLElement} parts.place
 * @param {any} parts.store
 * @param {import('../core.js').Core} parts.core
 * @param {(words: string) => void} parts.done says what was done, and how to undo it
 * @param {(error: unknown) => void} parts.lost something could not be fetched
 * @param {(field: string) => boolean} [parts.elsewhere] brings a field that is not of a prize into focus
 * @returns {() => void} fetches the rest, so that nobody waits for it who is about to publish
 */
export function createPublish({ place, store, core, done, lost, elsewhere = () => false }) {
  const session = createSession(createStore(() => sessionStorage));
  /** @type {Flow | null} */
  let flow = null;
  const fetched = later(async () => {
    const [{ createPublishFlow }] = await Promise.all([import("./publish-flow.js"), ...[PANELS, "css/login.css", "css/publish-dialog.css"].map(styled)]);
    flow = createPublishFlow({ store, core, session, bar, done, render, elsewhere });
    return flow;
  });
  const bar = createPublishBar(place, {
    publish: () => go(({ publish }) => void publish()),
    readIn: () => go(({ readIn }) => void readIn()),
    showErrors: () => go(({ showErrors }) => showErrors()),
    logOut() {
      session.close();
      render();
    },
  });

  /** @param {(flow: Flow) => void} step */
  async function go(step) {
    if (flow) return step(flow);
    bar.busy("正在读取…");
    try {
      await fetched();
    } catch (error) {
      lost(error);
    }
    bar.busy("");
    if (flow) step(flow);
  }

  function render() {
    const errors = Object.keys(store.errors).length;
    bar.show({
      draft: store.draft,
      errors,
      changes: errors > 0 ? 0 : (flow ? flow.mine() : changes(store.base, store.draft)).length,
      isCompared: !store.isExample && (store.base !== null || Boolean(flow?.isCompared)),
      isOvertaken: Boolean(flow?.isOvertaken()),
      isLoggedIn: session.token !== null,
    });
  }

  store.subscribe(render);
  render();
  // Without a network nobody knows who has published.
  const look = () => session.token && fetched().then((own) => own.look(), lost);
  addEventListener("online", look);
  look();
  return () => void fetched().catch(() => {}); // who presses a button is told
}
