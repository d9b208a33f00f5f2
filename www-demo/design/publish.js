/** Publishing, step by step: who may, what changes, who else was there, and what came of it. */

import { fromConfig } from "../common/draft.js";
import { changes } from "../common/draft-changes.js";
import { count } from "../common/numbers.js";
import { runningChange } from "../common/promotion-words.js";
import { h } from "../dom.js";
import { when } from "../words.js";
import { createAccess } from "./access.js";
import { jump, placeOf, wayTo } from "./fields.js";
import { findingsOf } from "./findings.js";
import { oddsChanges } from "./odds-change.js";
import { createPublishBar } from "./publish-bar.js";
import { createPublishDialog } from "./publish-dialog.js";
import { changeList, confirmBody, conflictBody, doneBody, faultsBody } from "./publish-views.js";
import { createPublishing } from "./publishing.js";

/**
 * @param {object} parts
 * @param {HTMLElement} parts.place
 * @param {any} parts.store
 * @param {import('../core.js').Core} parts.core
 * @param {(field: string) => boolean} [parts.elsewhere] brings a field that is not of a prize into focus
 */
export function createPublish({ place, store, core, elsewhere = () => false }) {
  const dialog = createPublishDialog();
  const access = createAccess({ dialog, changed: () => render() });
  const publishing = createPublishing({ api: access.api, store, isLoggedIn: access.isLoggedIn, newId: () => crypto.randomUUID() });
  const bar = createPublishBar(place, { publish, readIn, showErrors, logOut: access.logOut });
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
    if (!now) return undefined;
    if (publishing.isOvertaken() && publishing.mine().length > 0 && changes(now.config, store.draft).length > 0) return showConflict();
    // What is new takes no id of a prize that is there.
    if (now.config && !store.base) store.open(publishing.redone().draft, { base: now.config, terms: store.terms });
    if (now.config && changes(now.config, store.draft).length === 0) {
      settle(now.config);
      const words = "顾客看到的就是这一个，没有要发布的。";
      return dialog.show({ step: "same", title: "和正在使用的转盘一样", body: doneBody(now.config, words), actions: [close] });
    }
    return confirm([]);
  }

  /** @param {string[]} clashes */
  function confirm(clashes) {
    if (Object.keys(store.errors).length > 0) return showErrors();
    const { live: config } = publishing;
    const lead = config ? `会换下 ${when(config.published_at ?? "")} 发布的那一版，顾客马上看到。变化是：` : "店里还没有转盘，发布以后顾客就能抽了：";
    const about = {
      lead,
      clashes,
      mine: publishing.mine(),
      odds: config ? oddsChanges(config, store.draft) : [],
      hash: { before: config?.table_hash ?? "", after: store.table?.hash ?? "" },
      findings: [...runningChange(config !== null), ...findingsOf(core, store)],
    };
    return dialog.show({
      step: "confirm",
      title: "发布这个转盘？",
      body: confirmBody(about),
      actions: [{ label: "先不发布", onclick: () => dialog.close() }, { label: "确认发布", onclick: send, main: true }],
    });
  }

  async function send() {
    dialog.wait("正在发布…");
    const outcome = await publishing.publish((done, all) => dialog.wait(`正在上传图片 ${done + 1}/${all}…`));
    if (outcome.kind === "done") {
      settle(outcome.config);
      dialog.show({ step: "done", title: "已发布", body: doneBody(outcome.config, "顾客马上看到新的转盘。"), actions: [{ label: "完成", onclick: () => dialog.close(), main: true }] });
    } else if (outcome.kind === "conflict") {
      await meetConflict();
    } else if (outcome.kind === "refused") {
      refuse(outcome.fields, "没有发布。这里要先改好：");
    } else if (outcome.kind === "pictures") {
      refuse(Object.fromEntries(outcome.bad.map(({ at, words }) => [`prizes[${at}].image`, words])), "有图片没有传上去，所以什么都没有发布：");
    } else if (outcome.kind === "unknown") {
      const text = "不知道发布成功了没有。再问一次不会发布两遍：已经成功的，会告诉您；没有成功的，会现在发布。";
      dialog.show({ step: "unknown", title: "没有收到结果", body: [h("p", { class: "lead" }, text)], actions: [close, { label: "再问一次", onclick: send, main: true }] });
    } else access.hindered(outcome, publish);
    render();
  }

  /** @param {Record<string, string>} fields @param {string} lead */
  function refuse(fields, lead) {
    store.refuse(fields);
    const faults = Object.entries(fields).map(([field, words]) => fault(field, words));
    dialog.show({ step: "refused", title: "没有发布", body: faultsBody(lead, faults), actions: [close] });
    const [first = ""] = Object.keys(fields);
    jump(store, placeOf(first, store.draft).key);
  }

  /** The draft is the wheel that is there by now. @param {import('../common/draft.js').ServerConfig} config */
  function settle(config) {
    store.open(fromConfig(config), { base: config, terms: store.terms });
  }

  async function meetConflict() {
    const now = await live(publish);
    if (now) showConflict();
  }

  function showConflict() {
    const { live: config } = publishing;
    const about = { theirs: publishing.theirs(), mine: changes(store.base, store.draft), at: config?.published_at ? when(config.published_at) : "" };
    const redo = () => {
      const { draft, clashes } = publishing.redone();
      store.open(draft, { base: config, terms: store.terms });
      render();
      confirm(clashes);
    };
    const see = () => {
      if (config) settle(config);
      dialog.close();
      bar.say("读入了别人的新转盘，可以撤销");
    };
    dialog.show({
      step: "conflict",
      title: "别人刚发布了新的转盘",
      body: conflictBody(about),
      actions: [{ label: "看新的", onclick: see }, { label: "在新的上面重做我的修改", onclick: redo, main: true }],
    });
  }

  async function readIn() {
    const now = await live(readIn);
    if (!now) return;
    const { config } = now;
    if (!config) {
      dialog.show({ step: "none", title: "还没有正在使用的转盘", body: [h("p", { class: "lead" }, "把这一个发布出去，顾客就能抽了。")], actions: [close] });
      return;
    }
    const take = () => {
      dialog.close();
      settle(config);
      bar.say(`读入了 ${when(config.published_at ?? "")} 发布的转盘，可以撤销`);
    };
    const lost = changes(store.base, store.draft);
    if (lost.length === 0 || changes(config, store.draft).length === 0) take();
    else {
      const body = [h("p", { class: "lead" }, "现在的草稿里有没发布的修改，读入会换掉它。之后可以撤销。"), store.base && changeList(lost)];
      dialog.show({ step: "replace", title: "换成正在使用的转盘？", body, actions: [{ label: "不换", onclick: () => dialog.close() }, { label: "读入", onclick: take, main: true }] });
    }
  }

  function render() {
    const errors = Object.keys(store.errors).length;
    bar.show({
      errors,
      changes: errors > 0 ? 0 : publishing.mine().length,
      isCompared: store.base !== null || Boolean(publishing.live),
      isOvertaken: publishing.isOvertaken(),
      isLoggedIn: access.isLoggedIn(),
    });
  }

  store.subscribe(render);
  render();
  // Who comes here logged in sees at once how far the draft is from the wheel.
  if (access.isLoggedIn()) publishing.readLive().then(render);
}
