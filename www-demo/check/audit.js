/** Many proofs at once: a verdict each, and which of them follow one another. */

import { count } from "../common/numbers.js";

/**
 * @typedef {object} Row
 * @property {string} name
 * @property {string} text empty if it could not be read
 * @property {boolean} isRead what can't be read is no proof that failed
 * @property {boolean} ok
 * @property {string} why
 * @property {string} drawId
 * @property {number} nonce
 * @property {number} draws
 * @property {string} createdAt
 * @property {boolean} follows its seal is the one that another of them announced
 */

/**
 * @param {{name: string, text: string, problem?: string}[]} papers
 * @param {(text: string) => {ok: boolean, why: string}} judge
 * @param {(text: string) => any} parse
 * @returns {Row[]} in the order of their draws, those that could not be read at the end
 */
export function listOf(papers, judge, parse) {
  const proofs = papers.map(({ text }) => parse(text));
  const verdicts = papers.map(({ text, problem }) => (problem === undefined ? judge(text) : { ok: false, why: problem }));
  // Anybody can write the next seal into a proof that is none.
  const announced = new Set(proofs.filter((_, n) => verdicts[n]?.ok).map((proof) => `${proof?.next_nonce} ${proof?.next_commitment}`));
  const rows = papers.map(({ name, text }, n) => {
    const { ok = false, why = "" } = verdicts[n] ?? {};
    const proof = proofs[n];
    return {
      name,
      text,
      isRead: papers[n]?.problem === undefined,
      ok,
      why,
      drawId: String(proof?.draw_id ?? ""),
      nonce: Number(proof?.nonce ?? 0),
      draws: Number(proof?.results?.length ?? 0),
      createdAt: String(proof?.created_at ?? ""),
      follows: ok && announced.has(`${proof?.nonce} ${proof?.commitment}`),
    };
  });
  return rows.sort((a, b) => Number(a.text === "") - Number(b.text === "") || a.createdAt.localeCompare(b.createdAt) || a.nonce - b.nonce);
}

/** How many of each, those that failed by themselves. @param {Row[]} rows @returns {{level: "ok" | "bad" | "unread", words: string}} */
export function sumOf(rows) {
  const [good, unread] = [rows.filter(({ ok }) => ok).length, rows.filter(({ isRead }) => !isRead).length];
  const bad = rows.length - good - unread;
  if (good === rows.length) return { level: "ok", words: `${count(rows.length)} 份全部通过` };
  const parts = [good > 0 && `${count(good)} 份通过`, bad > 0 && `${count(bad)} 份没有通过`, unread > 0 && `${count(unread)} 份读不出证明`].filter(Boolean);
  return { level: bad > 0 ? "bad" : "unread", words: `${count(rows.length)} 份里：${parts.join("，")}` };
}

/** @param {Row[]} rows */
export function toCsv(rows) {
  const head = ["file", "draw_id", "nonce", "results", "created_at", "verdict", "why", "follows"];
  const lines = rows.map((row) => [row.name, row.drawId, row.nonce, row.draws, row.createdAt, row.ok ? "ok" : row.isRead ? "failed" : "unreadable", row.why, row.follows]);
  // A table program takes a text that begins so for a formula; the mark at the start tells it that this is UTF-8.
  const cell = (/** @type {unknown} */ value) => `"${String(value).replace(/^(?=[=+\-@\t\r])/, "'").replaceAll('"', '""')}"`;
  return `\ufeff${[head, ...lines].map((line) => line.map(cell).join(",")).join("\r\n")}\r\n`;
}
