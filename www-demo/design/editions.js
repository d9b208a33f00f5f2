/** Wheels that were published, and drafts that are, beside one another. */

import { fromConfig } from "../common/draft.js";
import { changes } from "../common/draft-changes.js";
import { toBody } from "../common/draft-check.js";

/**
 * @typedef {import('../common/draft.js').Draft} Draft
 * @typedef {import('../common/draft.js').ServerConfig} ServerConfig
 */

/** Which publication a config is. The hash alone would not do: rules and colours are not in it. @param {ServerConfig | null} config */
export const edition = (config) => (config ? `${config.table_hash} ${config.published_at}` : "");

/** Whether it was published earlier. @param {ServerConfig | null} [config] @param {ServerConfig | null} [other] */
export const isBefore = (config, other) => Boolean(config?.published_at && other?.published_at && config.published_at < other.published_at);

/** A draft as it would be sent, to see whether it is still the same. @param {Draft} draft */
export const textOf = (draft) => JSON.stringify(toBody(draft));

/** What the server may find fault with that can be edited here. */
export const PLACE = /^(?:cost_points|daily_limit|fallback|rules|probability|prizes(?:\[\d+\](?:\.\w+)?)?)$/;

/** The same design as the server has it by now; the rows of the table stay the same rows. @param {ServerConfig} config @param {Draft} draft @returns {Draft} */
export function keyed(config, draft) {
  const now = fromConfig(config);
  return { ...now, prizes: now.prizes.map((prize) => ({ ...prize, key: draft.prizes.find(({ id }) => id === prize.id)?.key ?? prize.key })) };
}

/** Whether it is what was sent. @param {ServerConfig} config @param {string} text */
export const isBodyOf = (config, text) => changes(config, fromConfig(JSON.parse(text))).length === 0;

/** The server names parameters for programmers; people see which field it is beside it. @param {string} message */
export const readable = (message) => message.replace(/^参数 \S+ ?的?/, "");
