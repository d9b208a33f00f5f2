/** A restaurant for the tests: its server, phones that are logged in, receipts to photograph, calls beside the app. */

import zlib from "node:zlib";
import { CODE, openPhone, startServer } from "../harness/index.mjs";

export const MERCHANT = "13900139000";
export const DINER = "13800138000";
export const FRIEND = "13700137000";

/** @param {Record<string, string>} [settings] */
export async function openShop(settings = {}) {
  const server = await startServer({ FAIRWHEEL_OCR: "off", FAIRWHEEL_RATE_LIMITS: "off", ...settings });
  server.run("seed");
  return server;
}

/**
 * A call as another app would make it.
 * @param {{url: string}} server @param {string} token @param {string} method @param {string} path @param {any} [body]
 */
export async function call(server, token, method, path, body) {
  const headers = { authorization: `Bearer ${token}`, ...(body ? { "content-type": "application/json" } : {}) };
  const answer = await (await fetch(`${server.url}/api/${path}`, { method, headers, body: body && JSON.stringify(body) })).json();
  if (answer.code !== 0) throw Object.assign(new Error(`${path}: ${answer.message}`), answer);
  return answer.data;
}

/**
 * Logs somebody in beside the app. A number gets one code a minute: a phone of the same one would have to wait.
 * @param {{url: string, run: (...words: string[]) => string}} server @param {string} number @param {boolean} [isMerchant]
 */
export async function tokenOf(server, number, isMerchant = false) {
  const post = async (/** @type {string} */ path, /** @type {any} */ body) =>
    (await (await fetch(`${server.url}/api/auth/${path}`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) })).json()).data;
  await post("send-code", { phone: number });
  const { access_token } = await post("login", { phone: number, code: CODE });
  if (isMerchant) server.run("admin", "grant-merchant", number);
  return access_token;
}

/** @param {{url: string}} server @param {string} token @param {Buffer} picture @param {string} [amount] */
export async function upload(server, token, picture, amount = "") {
  const form = new FormData();
  form.append("image", new Blob([picture], { type: "image/png" }), "receipt.png");
  form.append("amount", amount);
  const answer = await (await fetch(`${server.url}/api/photo/upload`, { method: "POST", headers: { authorization: `Bearer ${token}` }, body: form })).json();
  if (answer.code !== 0) throw new Error(`upload: ${answer.message}`);
  return answer.data.upload_id;
}

/**
 * A phone on which somebody is logged in, by hand.
 * @param {{url: string} | null} server @param {string} number @param {import("../harness/open-phone.mjs").PhoneOptions} [options]
 */
export async function phoneOf(server, number, options = {}) {
  const phone = await openPhone({ server, env: { isDev: true, needAuth: true, isOffline: false, wsUrl: "" }, ...options, path: "pages/user/user" });
  const { mp } = phone;
  await mp.at("pages/user/user");
  await mp.find("wx-button >> text=登录").first().tap();
  await type(phone, "手机号", number);
  await mp.tap(".auth-box");
  await mp.tap(".auth-send");
  await mp.find(".auth-fill").first().tap();
  await mp.find("auth-modal wx-button >> text=登录").last().tap();
  await mp.until((data) => data.isLoggedIn);
  return phone;
}

/**
 * Types into the field with this label.
 * @param {Awaited<ReturnType<typeof openPhone>>} phone @param {string} label @param {string} text
 */
export async function type(phone, label, text) {
  await phone.mp.find(`input[aria-label="${label}"], textarea[aria-label="${label}"]`).first().fill(text);
}

/**
 * The same of a merchant, on a merchant's page.
 * @param {{url: string, run: (...words: string[]) => string}} server @param {string} number @param {string} page
 * @param {import("../harness/open-phone.mjs").PhoneOptions} [options]
 */
export async function deskOf(server, number, page, options = {}) {
  const phone = await phoneOf(server, number, options);
  server.run("admin", "grant-merchant", number);
  await goTo(phone, page);
  return phone;
}

/** @param {Awaited<ReturnType<typeof openPhone>>} phone @param {string} page as `reviews/reviews`, with its query */
export async function goTo(phone, page) {
  await phone.mp.wx("navigateTo", { url: `/merchant/pages/${page}` });
  await phone.mp.at(`merchant/pages/${page.split("?")[0]}`);
}

const WIDTH = 240;
const HEIGHT = 320;

/** A receipt that looks like no other: blocks by a number. @param {number} seed @param {number} [speck] makes it another file of the same look */
export function receipt(seed, speck = 0) {
  const rows = [];
  let state = seed * 2654435761;
  const shades = Array.from({ length: 12 * 16 }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
  for (let y = 0; y < HEIGHT; y += 1) {
    const row = Buffer.alloc(1 + WIDTH * 3);
    for (let x = 0; x < WIDTH; x += 1) row.fill(shades[Math.floor(y / 20) * 12 + Math.floor(x / 20)] ?? 0, 1 + x * 3, 4 + x * 3);
    rows.push(row);
  }
  if (speck > 0) rows[0]?.fill(speck, 1, 4);
  return png(Buffer.concat(rows));
}

/** @param {Buffer} data filtered rows */
function png(data) {
  const chunk = (/** @type {string} */ name, /** @type {Buffer} */ content) => {
    const body = Buffer.concat([Buffer.from(name), content]);
    const framed = Buffer.alloc(8 + body.length);
    framed.writeUInt32BE(content.length);
    body.copy(framed, 4);
    framed.writeUInt32BE(crc(body), 4 + body.length);
    return framed;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(WIDTH);
  header.writeUInt32BE(HEIGHT, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", header), chunk("IDAT", zlib.deflateSync(data)), chunk("IEND", Buffer.alloc(0))]);
}

/** @param {Buffer} bytes */
function crc(bytes) {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return (value ^ 0xffffffff) >>> 0;
}
