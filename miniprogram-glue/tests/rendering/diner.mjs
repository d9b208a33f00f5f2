/** A diner at a phone, and what tests need around one. */

import assert from "node:assert/strict";
import zlib from "node:zlib";
import { CODE } from "../harness/index.mjs";

/** Logs in through the login sheet, which is open. @param {any} phone @param {string} number */
export async function signIn({ mp }, number) {
  await mp.fill(".auth wx-input >> nth=0", number);
  await mp.tap(".auth-box");
  await mp.tap("text=获取验证码");
  await mp.tap("text=填入开发验证码");
  await mp.tap(".auth wx-button:has-text('登录')");
  await mp.until((data) => data.isLoggedIn);
}

/** Opens the login on the page of the person and logs in there. @param {any} phone @param {string} number */
export async function signInAtHome(phone, number) {
  await phone.mp.tab(4);
  await phone.mp.tap("text=手机号登录");
  await signIn(phone, number);
}

/** A caller of the server's API who is logged in, with no phone at all. @param {{url: string}} server @param {string} number */
export async function account(server, number) {
  let token = "";
  /** @param {string} method @param {string} path @param {unknown} [body] @returns {Promise<any>} */
  const call = async (method, path, body) => {
    const headers = { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) };
    const response = await fetch(`${server.url}/api/${path}`, { method, headers, body: body && JSON.stringify(body) });
    const { code, data, message } = await response.json();
    assert.equal(code, 0, `${path}: ${message}`);
    return data;
  };
  await call("POST", "auth/send-code", { phone: number });
  const { access_token, user_info } = await call("POST", "auth/login", { phone: number, code: CODE });
  token = access_token;
  return { call, user: user_info };
}

const CRC = Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

/** @param {string} type @param {Buffer} data */
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]);
  let crc = 0xffffffff;
  for (const byte of body) crc = CRC[(crc ^ byte) & 255] ^ (crc >>> 8);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE((crc ^ 0xffffffff) >>> 0);
  return Buffer.concat([length, body, sum]);
}

/** A PNG that the server takes for a photo. Another `seed`, another picture. @param {number} [seed] @param {number} [size] px */
export function photo(seed = 1, size = 160) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const rows = Buffer.alloc((size + 1) * size);
  for (let y = 0; y < size; y += 1) for (let x = 0; x < size; x += 1) rows[y * (size + 1) + x + 1] = ((x * seed) ^ (y * (seed + 2))) & 255;
  const parts = [chunk("IHDR", header), chunk("IDAT", zlib.deflateSync(rows)), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), ...parts]);
}
