/** Starts the page, and knows who is logged in. */

import { createApi } from "./api.js";
import { loadCore } from "./core.js";
import { coreNotice } from "./core-trouble.js";
import { createPanel } from "./dialog.js";
import { byId } from "./dom.js";
import { createHistory } from "./history.js";
import { createLogin } from "./login.js";
import { createLottery } from "./lottery.js";
import { createMemory } from "./common/memory.js";
import { expectedOf } from "./common/prove.js";
import { createProofPanel } from "./proof-panel.js";
import { createSession } from "./session.js";
import { createStage } from "./stage.js";
import { createStore } from "./common/storage.js";

const session = createSession(createStore(() => sessionStorage));
const lasting = createStore(() => localStorage);
const api = createApi(() => session.token);
const stage = createStage();

byId("unstarted", HTMLElement).remove();
const core = await loadCore(new URL("core/", import.meta.url).href).catch(coreMissing);
if (core) start(core);

/** @param {unknown} error */
function coreMissing(error) {
  const place = byId("fatal", HTMLElement);
  place.hidden = false;
  place.replaceChildren(coreNotice(error, "没有验证程序就无法证明抽奖公平，所以现在不能抽奖。"));
  return null;
}

/** @param {import('./core.js').Core} core */
function start(core) {
  const panel = (/** @type {string} */ id) => createPanel(byId(id, HTMLDialogElement));
  const oddsPanel = panel("odds-panel");
  const historyPanel = panel("history-panel");
  const proofDialog = panel("proof-panel");
  const proofPanel = createProofPanel(proofDialog, core);
  /** Proofs opened so far: a slow answer must not come over another one, nor over the login. */
  let opened = 0;
  const memory = () => createMemory(lasting, session.userId ?? 0);

  const lottery = createLottery({
    api,
    core,
    stage,
    oddsPlaces: [byId("odds-side", HTMLElement), oddsPanel.body],
    openProof,
    openHistory,
    expired: () => leave("登录已过期，请重新登录。"),
  });
  const history = createHistory(historyPanel.body, { load: api.records, prove });
  const login = createLogin({
    sendCode: api.sendCode,
    async login(phone, code) {
      const { access_token, user_info } = await api.login(phone, code);
      session.open(access_token, user_info.user_id);
      enter();
      stage.buttons.one.focus({ preventScroll: true });
    },
  });

  function enter() {
    login.hide();
    stage.show();
    lottery.enter(memory());
  }

  /** @param {string} [why] */
  function leave(why) {
    session.close();
    opened += 1;
    lottery.leave();
    for (const dialog of document.querySelectorAll("dialog")) dialog.close();
    stage.hide();
    login.show(why);
  }

  function openHistory() {
    history.refresh();
    historyPanel.open();
  }

  /** @param {unknown} proof @param {import('./common/prove.js').Against} against */
  function openProof(proof, against) {
    opened += 1;
    proofPanel.open(proof, against);
  }

  /** @param {import('./history.js').Listed} draw */
  async function prove(draw) {
    const { draw_id, nonce, count, shown } = draw;
    const mine = ++opened;
    const wanted = () => mine === opened && proofDialog.isOpen();
    proofPanel.openWaiting();
    try {
      const proof = await api.proof(draw_id);
      const against = { expected: { count, ...expectedOf(memory(), nonce, draw_id) }, shown, live: false, extra: [] };
      if (wanted()) proofPanel.open(proof, against);
    } catch {
      if (wanted()) proofPanel.openFailed(() => void prove(draw));
    }
  }

  byId("logout", HTMLButtonElement).addEventListener("click", () => leave());
  byId("open-odds", HTMLButtonElement).addEventListener("click", () => oddsPanel.open());
  byId("open-history", HTMLButtonElement).addEventListener("click", openHistory);
  document.addEventListener("visibilitychange", () => {
    // Another tab or phone may have drawn meanwhile: see the present promise before the next draw.
    if (!document.hidden && session.token) lottery.refresh();
  });

  addEventListener("storage", () => lottery.remembered());

  if (session.token) enter();
  else login.show();
  performance.mark("ready");
}
