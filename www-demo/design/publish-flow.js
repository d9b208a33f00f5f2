/** Publishing, step by step: who may, what changes, who else was there, and what came of it. */

import { fromConfig } from "../common/draft.js";
import { changes } from "../common/draft-changes.js";
import { toSpec } from "../common/draft-check.js";
import { count } from "../common/numbers.js";
import { runningChange } from "../common/promotion-words.js";
import { h } from "../dom.js";
import { when } from "../words.js";
import { createAccess } from "./access.js";
import { jump, placeOf, wayTo } from "./fields.js";
import { findingsOf } from "./findings.js";
import { oddsChanges } from "./odds-change.js";
import { createPublishDialog } from "./publish-dialog.js";
import { changeList, confirmBody, conflictBody, doneBody, faultsBody } from "./publish-views.js";
import { createPublishing } from "./publishing.js";

/** @typedef {import('./publish-views.js').Over} Over */

/**
 * @param {object} parts
 * @param {any} parts.store
 * @param {import('../core.js').Core} parts.core
 * @param {ReturnType<typeof import('../session.js').createSession>} parts.session
 * @param {Pick<ReturnType<typeof import('./publish-bar.js').createPublishBar>, "busy" | "say">} parts.bar
 * @param {(words: string) => void} parts.done says what was done, and how to undo it
 * @param {() => void} parts.render what is known is another
 * @param {(field: string) => boolean} parts.elsewhere brings a field that is not of a prize into focus
 */
export function createPublishFlow({ store, core, session, bar, done, render, elsewhere }) {
  const dialog = createPublishDialog();
  const access = createAccess({ dialog, session, changed: render });
  const publishing = createPublishing({ api: access.api, store, isLoggedIn: access.isLoggedIn, newId: () => crypto.randomUUID() });
  const close = { label: "返回编辑", onclick: () => dialog.close() };

  /** The live wheel, or why it can't be had. @param {() => void} again @returns {Promise<import('./publishing.js').Live | null>} */
  async function live(again) {
    bar.busy("正在读取…");
    const now = await publishing.readLive();
    bar.busy("");
    render();
    if (now.kind === "live") return now;
    access.hindered(now, again);
    return null;
  }

  function showErrors() {
    const faults = Object.entries(store.errors).map(([field, words]) => fault(field, String(words)));
    dialog.show({ step: "errors", title: `还有 ${count(faults.length)} 处要改`, body: faultsBody("改好这些就可以发布：", faults), actions: [close] });
  }

  /** @param {string} field @param {string} words */
  function fault(field, words) {
    const { label, go } = wayTo(field, store, elsewhere);
    const leave = () => {
      dialog.close();
      go?.();
    };
    return { label, words, onclick: go ? leave : undefined };
  }

  async function publish() {
    if (Object.keys(store.errors).length > 0) return showErrors();
    const now = await live(publish);
    return now ? review() : undefined;
  }

  /** Somebody else's wheel is looked at before what would take its place. @param {Over} [over] @param {string} [why] it is shown once more */
  function review(over, why) {
    return publishing.isOvertaken() && publishing.ahead().length > 0 ? showConflict() : confirm(over, why);
  }

  /** The fingerprint of the table that is sent. @param {import('../common/draft.js').Draft} draft */
  const hashOf = (draft) => core.tableFromSpec(/** @type {any} */ (toSpec(draft).spec)).hash;

  /** @param {import('../common/draft.js').ServerConfig} config */
  function showSame(config) {
    if (publishing.isOvertaken() || !store.base) publishing.settle(config);
    dialog.show({ step: "same", title: "和正在使用的转盘一样", body: doneBody(config, "顾客看到的就是这一个，没有要发布的。"), actions: [close] });
  }

  /** @param {Over} [over] @param {string} [why] */
  function confirm(over, why = "") {
    if (Object.keys(store.errors).length > 0) return showErrors();
    const plan = publishing.plan();
    const { live: config } = plan;
    const mine = publishing.ahead();
    if (config && mine.length === 0) return showSame(config);
    const lead = config ? `会换下 ${when(config.published_at ?? "")} 发布的那一版，顾客马上看到。变化是：` : "店里还没有转盘，发布以后顾客就能抽了：";
    const about = {
      lead: `${why}${lead}`,
      over,
      mine,
      odds: config ? oddsChanges(config, plan.draft) : [],
      hash: { before: config?.table_hash ?? "", after: hashOf(plan.draft) },
      findings: [...runningChange(Boolean(config)), ...findingsOf(core, store)],
    };
    // Nothing goes out that was not read here.
    const agreed = () => (publishing.isAsShown(plan) ? send(plan) : review(over, "确认以前草稿又变了，请再看一遍。"));
    return dialog.show({
      step: "confirm",
      title: "发布这个转盘？",
      body: confirmBody(about),
      actions: [{ label: "先不发布", onclick: () => dialog.close() }, { label: "确认发布", onclick: () => void agreed(), main: true }],
    });
  }

  /** @param {import('./publishing.js').Plan} plan */
  async function send(plan) {
    dialog.wait("正在发布…");
    const outcome = await publishing.publish(plan, (done, all) => dialog.wait(`正在上传图片 ${done + 1}/${all}…`));
    if (outcome.kind === "done") {
      dialog.show({ step: "done", title: "已发布", body: doneBody(outcome.config, "顾客马上看到新的转盘。"), actions: [{ label: "完成", onclick: () => dialog.close(), main: true }] });
    } else if (outcome.kind === "conflict") {
      await meetConflict();
    } else if (outcome.kind === "refused") {
      refuse(outcome.fields, "没有发布。这里要先改好：", plan);
    } else if (outcome.kind === "pictures") {
      refuse(Object.fromEntries(outcome.bad.map(({ at, words }) => [`prizes[${at}].image`, words])), "有图片不能用，所以什么都没有发布：", plan);
    } else if (outcome.kind === "unknown") {
      const text = "不知道发布成功了没有。再问一次不会发布两遍：已经成功的，会告诉您；没有成功的，会现在发布。";
      dialog.show({ step: "unknown", title: "没有收到结果", body: [h("p", { class: "lead" }, text)], actions: [close, { label: "再问一次", onclick: () => void send(plan), main: true }] });
    } else access.hindered(outcome, publish);
    render();
  }

  /** @param {Record<string, string>} fields @param {string} lead @param {import('./publishing.js').Plan} plan that was sent */
  function refuse(fields, lead, { own: draft }) {
    store.refuse(fields, draft);
    const faults = Object.entries(fields).map(([field, words]) => fault(field, words));
    dialog.show({ step: "refused", title: "没有发布", body: faultsBody(lead, faults), actions: [close] });
    const [first = ""] = Object.keys(fields);
    jump(store, placeOf(first, draft).key);
  }

  async function meetConflict() {
    const now = await live(publish);
    if (now?.config && publishing.ahead().length === 0) showSame(now.config);
    else if (now) showConflict();
  }

  function showConflict() {
    const { live: config } = publishing;
    const mine = publishing.mine();
    const redo = () => {
      const { draft, clashes } = publishing.redone();
      store.open(draft, { base: config, terms: store.terms });
      render();
      confirm({ words: "这几处两边都改了，这里用的是您的", what: clashes });
    };
    // It is shown again what that changes, with what the other one has done.
    const replace = () => {
      const what = publishing.theirs().map(({ title }) => title);
      if (config) publishing.insist(config);
      confirm({ words: "别人改了这几处，会换成您的", what });
    };
    const see = () => config && replaceBy(config, "别人的新转盘", { title: "换成别人的新转盘？", back: showConflict });
    dialog.show({
      step: "conflict",
      title: "别人刚发布了新的转盘",
      body: conflictBody({ theirs: publishing.theirs(), mine, at: config?.published_at ? when(config.published_at) : "" }),
      actions: [
        { label: "整个换成我的", onclick: replace },
        { label: "看新的", onclick: see, main: mine.length === 0 },
        ...(mine.length > 0 ? [{ label: "在新的上面重做我的修改", onclick: redo, main: true }] : []),
      ],
    });
  }

  /** @param {import('../common/draft.js').ServerConfig} config @param {string} words */
  function take(config, words) {
    dialog.close();
    store.open(fromConfig(config), { base: config, terms: store.terms });
    done(words);
  }

  /** Asks before what was changed here makes room. @param {import('../common/draft.js').ServerConfig} config @param {string} what @param {{title: string, back: () => void}} asking */
  function replaceBy(config, what, { title, back }) {
    const yes = () => take(config, `读入了${what}`);
    const lost = changes(store.base, store.draft);
    if (lost.length === 0 || store.isExample) return yes();
    const body = [h("p", { class: "lead" }, "现在的草稿里有没发布的修改，读入会换掉它。之后可以撤销。"), store.base && changeList(lost)];
    return dialog.show({ step: "replace", title, body, actions: [{ label: "不换", onclick: back }, { label: "读入", onclick: yes, main: true }] });
  }

  async function readIn() {
    const now = await live(readIn);
    if (!now) return;
    const { config } = now;
    if (!config) {
      dialog.show({ step: "none", title: "还没有正在使用的转盘", body: [h("p", { class: "lead" }, "把这一个发布出去，顾客就能抽了。")], actions: [close] });
      return;
    }
    const what = ` ${when(config.published_at ?? "")} 发布的转盘`;
    if (publishing.ahead().length === 0) {
      publishing.settle(config);
      bar.say(`草稿就是${what}`);
    } else replaceBy(config, what, { title: "换成正在使用的转盘？", back: () => dialog.close() });
  }

  return {
    publish,
    readIn,
    showErrors,
    /** Who comes here logged in sees at once how far the draft is from the wheel. */
    look: () => publishing.readLive().then(render),
    mine: publishing.mine,
    isOvertaken: publishing.isOvertaken,
    get isCompared() {
      return Boolean(publishing.live);
    },
  };
}
