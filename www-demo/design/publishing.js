/** Publishing a draft: what is asked of the server, and what its answers mean. Shows nothing. */

import { apiError, isAtTheDoor } from "../common/api-error.js";
import { fromConfig } from "../common/draft.js";
import { changes, rebased } from "../common/draft-changes.js";
import { toBody } from "../common/draft-check.js";
import { PLACE, edition, isBefore, isBodyOf, readable, textOf } from "./editions.js";
import { redone } from "./redo.js";
import { settle } from "./settling.js";

/**
 * @typedef {import('../common/draft.js').Draft} Draft
 * @typedef {import('../common/draft.js').ServerConfig} ServerConfig
 * @typedef {import('../common/api-error.js').ApiError} ApiError
 *
 * @typedef {{kind: "login", isExpired: boolean} | {kind: "diner"} | {kind: "trouble", title: string, text: string}} Hindrance
 * @typedef {{kind: "live", config: ServerConfig | null}} Live
 * @typedef {{at: number, name: string, words: string}} BadPicture
 * @typedef {{kind: "done", config: ServerConfig} | {kind: "conflict"} | {kind: "refused", fields: Record<string, string>}
 *   | {kind: "pictures", bad: BadPicture[]} | {kind: "unknown"} | Hindrance} Outcome
 *
 * What was shown to be confirmed: this is sent, whatever becomes of the draft meanwhile. `own`: the store's, whose new prizes may have
 * other numbers.
 * @typedef {{draft: Draft, own: Draft, live: ServerConfig | null | undefined}} Plan
 *
 * @typedef {object} Calls
 * @property {() => Promise<any>} merchantConfig
 * @property {(body: object) => Promise<any>} publish
 * @property {(data: string) => Promise<{image: string}>} addPicture
 */

/**
 * @param {object} parts
 * @param {Calls} parts.api
 * @param {Pick<import('./store.js').DesignStore, "draft" | "base" | "revise">} parts.store
 * @param {() => boolean} parts.isLoggedIn
 * @param {() => string} parts.newId
 */
export function createPublishing({ api, store, isLoggedIn, newId }) {
  /** The wheel that diners see, as last read; undefined before. @type {ServerConfig | null | undefined} */
  let live;
  /** The wheel that was there when it was looked at first: a design that was made from none is held against it. @type {ServerConfig | null | undefined} */
  let first;
  /** A publication that no answer came to. @type {{text: string, id: string, draft: Draft} | null} */
  let asked = null;
  /** A wheel that was asked for before a later one was known is not looked at. */
  let reads = 0;
  /** Paths of pictures that are up, by their data URLs. @type {Map<string, string>} */
  const uploaded = new Map();

  /** @param {unknown} thrown @param {string} doing @returns {Hindrance} */
  function hindrance(thrown, doing) {
    const error = apiError(thrown);
    if (error.kind === "expired") return { kind: "login", isExpired: isLoggedIn() };
    if (error.code === 403) return { kind: "diner" };
    if (error.kind === "network") return { kind: "trouble", title: "现在连不上网", text: `${doing}没有进行。您的修改都还在，连上以后再试一次。` };
    if (error.isUnanswered) return { kind: "trouble", title: "服务暂时没有回应", text: `${doing}没有进行。您的修改都还在，请稍后再试。` };
    return { kind: "trouble", title: `${doing}没有成功`, text: readable(error.message) || "请稍后再试。" };
  }

  /** The wheel that diners see, read anew. @returns {Promise<Live | Hindrance>} */
  async function readLive() {
    if (!isLoggedIn()) return { kind: "login", isExpired: false };
    reads += 1;
    const own = reads;
    /** @type {ServerConfig | null} */
    let config = null;
    try {
      config = await api.merchantConfig();
    } catch (thrown) {
      if (apiError(thrown).code !== 404) return hindrance(thrown, "读取");
    }
    if (own === reads) live = config;
    if (first === undefined) first = live;
    // A publication without an answer has come through after all.
    if (own === reads && config && asked && isBodyOf(config, asked.text)) arrived(config, asked.draft);
    return { kind: "live", config };
  }

  /** The wheel that diners see is ours. @param {ServerConfig} config @param {Draft} draft that was sent */
  function arrived(config, draft) {
    asked = null;
    live = config;
    reads += 1;
    // What was changed since is a change to it.
    settle(store, config, draft, true);
  }

  /** What it is held against; undefined as long as nothing is known. */
  const base = () => store.base ?? first;

  /** The draft as it would be sent over that wheel: one that was made from none takes no prize's number. @param {ServerConfig | null | undefined} wheel */
  const over = (wheel) => (wheel && !store.base ? redone(null, store.draft, wheel).draft : store.draft);

  /** @param {ServerConfig | null | undefined} wheel */
  const changesOn = (wheel) => changes(wheel ?? null, sent(over(wheel)));

  /** With the pictures that are up. @param {Draft} draft @returns {Draft} */
  const sent = (draft) => ({ ...draft, prizes: draft.prizes.map((prize) => ({ ...prize, image: uploaded.get(prize.image) ?? prize.image })) });

  /** Puts up what is not up yet. @param {Draft} draft @param {(done: number, all: number) => void} told @returns {Promise<Outcome | null>} null if all are up */
  async function uploadPictures({ prizes }, told) {
    const wanted = [...new Set(prizes.map(({ image }) => image))].filter((image) => image.startsWith("data:") && !uploaded.has(image));
    /** @type {BadPicture[]} */
    const bad = [];
    for (const [n, image] of wanted.entries()) {
      told(n, wanted.length);
      try {
        uploaded.set(image, (await api.addPicture(image)).image);
      } catch (thrown) {
        const error = apiError(thrown);
        // Only the server can say of a picture that it won't do: a call that went wrong is no fault of its field.
        if (error.kind !== "refused" || isAtTheDoor(error)) return hindrance(error, "上传图片");
        const words = readable(error.message) || "这张图片不能用";
        for (const [at, { name }] of prizes.entries()) if (prizes[at]?.image === image) bad.push({ at, name, words });
      }
    }
    return bad.length > 0 ? { kind: "pictures", bad } : null;
  }

  /** What is sent: of two equal ones the second is the first again. The hash is of the odds alone, the time of all of it. @param {Plan} plan */
  function bodyOf({ draft, live: replaced }) {
    const body = toBody(sent(draft));
    return replaced ? { ...body, expected_table_hash: replaced.table_hash, expected_published_at: replaced.published_at } : body;
  }

  /**
   * @param {Plan} plan @param {(done: number, all: number) => void} [told] of pictures
   * @param {boolean} [isAgain] after a picture was gone from the server
   * @returns {Promise<Outcome>}
   */
  async function publish(plan, told = () => {}, isAgain = false) {
    const hindered = await uploadPictures(plan.draft, told);
    if (hindered) return hindered;
    // Without a wheel to name there is nothing that the server could compare.
    if (plan.live === null && !asked) {
      const now = await readLive();
      if (now.kind !== "live") return now;
      if (now.config) return { kind: "conflict" };
    }
    const body = bodyOf(plan);
    const text = JSON.stringify(body);
    if (asked?.text !== text) asked = { text, id: newId(), draft: plan.draft };
    try {
      const config = await api.publish({ ...body, request_id: asked.id });
      arrived(config, plan.draft);
      return { kind: "done", config };
    } catch (thrown) {
      const error = apiError(thrown);
      if (!forget(error, plan.draft)) return refusal(error);
      return isAgain ? { kind: "trouble", title: "图片没有传上去", text: "服务器没有留住图片，所以什么都没有发布。您的修改都还在，请稍后再试。" } : publish(plan, told, true);
    }
  }

  /** Pictures that no wheel has are not kept for ever: one that was put up earlier goes up once more. @param {ApiError} error @param {Draft} draft */
  function forget({ isUnanswered, field }, { prizes }) {
    const [, at = ""] = /^prizes\[(\d+)\]\.image$/.exec(isUnanswered ? "" : (field ?? "")) ?? [];
    return at !== "" && uploaded.delete(prizes[Number(at)]?.image ?? "");
  }

  /** @param {ApiError} error @returns {Outcome} */
  function refusal(error) {
    if (error.isUnanswered) return { kind: "unknown" };
    const { field } = error;
    const known = hindrance(error, "发布");
    // At the door nothing is said of what was sent before.
    if (known.kind !== "trouble" || error.code === 429) return known;
    asked = null;
    if (error.code === 409 && (field === "expected_table_hash" || field === "expected_published_at")) return { kind: "conflict" };
    if (field === null || !PLACE.test(field)) return known;
    const won = error.data?.won;
    return { kind: "refused", fields: { [field]: won ? `已经中出 ${won} 份，不能比它少` : readable(error.message) } };
  }

  /** Whether somebody else has published since the draft was opened. Another window may know of a later wheel than this one has read. */
  function isOvertaken() {
    const was = base();
    return Boolean(live) && was !== undefined && edition(live ?? null) !== edition(was) && !isBefore(live, was);
  }

  return {
    readLive,
    publish,
    get live() {
      return live;
    },
    /** What is shown now, to be confirmed. @returns {Plan} */
    plan: () => ({ draft: over(live), own: store.draft, live }),
    /** Whether the draft is still what was shown. @param {Plan} plan */
    isAsShown: (plan) => textOf(plan.draft) === textOf(over(plan.live)),
    isOvertaken,
    /** What publishing would change for diners; while somebody else's wheel is not looked at yet, what was changed here. */
    mine: () => changesOn(live === undefined || isOvertaken() || isBefore(live, base()) ? base() : live),
    /** What diners would see otherwise. */
    ahead: () => changesOn(live),
    /** What the other one changed. */
    theirs: () => (live && base() !== undefined ? changes(base() ?? null, fromConfig(live)) : []),
    /** My changes on the wheel that is there now. */
    redone: () => (live ? redone(base() ?? null, over(base()), live) : { draft: store.draft, clashes: [] }),
    /** From here on it is made from that wheel. @param {ServerConfig} config */
    settle: (config) => settle(store, config, over(config)),
    /** All of mine in place of what is there, none of whose numbers it takes. @param {ServerConfig} config */
    insist: (config) => settle(store, config, rebased(over(config), config)),
  };
}
