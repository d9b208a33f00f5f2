/** Publishing a draft: what is asked of the server, and what its answers mean. Shows nothing. */

import { apiError } from "../common/api-error.js";
import { fromConfig } from "../common/draft.js";
import { changes } from "../common/draft-changes.js";
import { toBody } from "../common/draft-check.js";
import { redone } from "./redo.js";

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
 * @typedef {object} Calls
 * @property {() => Promise<any>} merchantConfig
 * @property {(body: object) => Promise<any>} publish
 * @property {(data: string) => Promise<{image: string}>} addPicture
 */

/** Which publication a config is. The hash alone would not do: rules and colours are not in it. @param {ServerConfig | null} config */
const edition = (config) => (config ? `${config.table_hash} ${config.published_at}` : "");

/** Whether it is what was sent. @param {ServerConfig} config @param {string} text */
const isBodyOf = (config, text) => changes(config, fromConfig(JSON.parse(text))).length === 0;

/** The server names parameters for programmers; people see which field it is beside it. @param {string} message */
const readable = (message) => message.replace(/^参数 \S+ ?的?/, "");

/**
 * @param {object} parts
 * @param {Calls} parts.api
 * @param {{draft: Draft, base: ServerConfig | null}} parts.store
 * @param {() => boolean} parts.isLoggedIn
 * @param {() => string} parts.newId
 */
export function createPublishing({ api, store, isLoggedIn, newId }) {
  /** The wheel that diners see, as last read; undefined before. @type {ServerConfig | null | undefined} */
  let live;
  /** A publication that no answer came to. @type {{text: string, id: string} | null} */
  let asked = null;
  /** Publications of this page are nobody else's, whatever is undone. */
  const own = new Set();
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
    try {
      live = await api.merchantConfig();
    } catch (thrown) {
      if (apiError(thrown).code !== 404) return hindrance(thrown, "读取");
      live = null;
    }
    // A publication without an answer has come through after all.
    if (live && asked && isBodyOf(live, asked.text)) own.add(edition(live));
    return { kind: "live", config: live ?? null };
  }

  /** Puts up what is not up yet. @param {(done: number, all: number) => void} told @returns {Promise<Outcome | null>} null if all are up */
  async function uploadPictures(told) {
    const { prizes } = store.draft;
    const wanted = [...new Set(prizes.map(({ image }) => image))].filter((image) => image.startsWith("data:") && !uploaded.has(image));
    /** @type {BadPicture[]} */
    const bad = [];
    for (const [n, image] of wanted.entries()) {
      told(n, wanted.length);
      try {
        uploaded.set(image, (await api.addPicture(image)).image);
      } catch (thrown) {
        const error = apiError(thrown);
        if (error.kind === "expired" || error.code === 403) return hindrance(error, "上传图片");
        const words = error.kind === "refused" ? readable(error.message) || "这张图片不能用" : "没有传上去，请检查网络";
        for (const [at, { name }] of prizes.entries()) if (prizes[at]?.image === image) bad.push({ at, name, words });
      }
    }
    return bad.length > 0 ? { kind: "pictures", bad } : null;
  }

  /** What would be sent: of two equal ones the second is the first again. */
  function bodyNow() {
    const body = toBody(store.draft);
    for (const prize of body.prizes) prize.image = uploaded.get(prize.image) ?? prize.image;
    return live ? { ...body, expected_table_hash: live.table_hash } : body;
  }

  /** @param {(done: number, all: number) => void} [told] of pictures @returns {Promise<Outcome>} */
  async function publish(told = () => {}) {
    const hindered = await uploadPictures(told);
    if (hindered) return hindered;
    // Without a wheel to name there is nothing that the server could compare.
    if (live === null && !asked) {
      const now = await readLive();
      if (now.kind !== "live") return now;
      if (now.config) return { kind: "conflict" };
    }
    const body = bodyNow();
    const text = JSON.stringify(body);
    if (asked?.text !== text) asked = { text, id: newId() };
    try {
      const config = await api.publish({ ...body, request_id: asked.id });
      asked = null;
      live = config;
      own.add(edition(config));
      return { kind: "done", config };
    } catch (thrown) {
      return refusal(apiError(thrown));
    }
  }

  /** @param {ApiError} error @returns {Outcome} */
  function refusal(error) {
    if (error.isUnanswered) return { kind: "unknown" };
    const { field } = error;
    const known = hindrance(error, "发布");
    // At the door nothing is said of what was sent before.
    if (known.kind !== "trouble" || error.code === 429) return known;
    asked = null;
    if (error.code === 409 && field === "expected_table_hash") return { kind: "conflict" };
    if (field === null) return known;
    // Pictures that no wheel has are not kept for ever.
    if (field.endsWith(".image")) uploaded.clear();
    const won = error.data?.won;
    return { kind: "refused", fields: { [field]: won ? `已经中出 ${won} 份，不能比它少` : readable(error.message) } };
  }

  /** Whether somebody else has published since the draft was opened. */
  function isOvertaken() {
    const now = edition(live ?? null);
    return now !== "" && store.base !== null && now !== edition(store.base) && !own.has(now);
  }

  return {
    readLive,
    publish,
    get live() {
      return live;
    },
    /** Whether it is not known what became of the last publication. */
    get isUnknown() {
      return asked !== null;
    },
    isOvertaken,
    /** What publishing would change for diners; while somebody else's wheel is not looked at yet, what was changed here. */
    mine: () => changes(live === undefined || isOvertaken() ? store.base : live, store.draft),
    /** What the other one changed. */
    theirs: () => (live && store.base ? changes(store.base, fromConfig(live)) : []),
    /** My changes on the wheel that is there now. */
    redone: () => (live ? redone(store.base, store.draft, live) : { draft: store.draft, clashes: [] }),
  };
}
