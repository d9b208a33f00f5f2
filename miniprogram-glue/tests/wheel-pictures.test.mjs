/** Pictures of prizes, beside the real server: a table that a phone publishes has those that it came with. */

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { createClient } from "../lib/index.js";
import { loadCore } from "./harness/core.mjs";
import { APP, CODE, openSandbox, startServer } from "./harness/index.mjs";
import { createNodePhone } from "./harness/node-wx.mjs";

const { changes, errors, fromConfig, toBody } = openSandbox().require("merchant/common/index");
const plain = (/** @type {any} */ value) => JSON.parse(JSON.stringify(value));

test("a table that is published from a phone keeps its pictures", async () => {
  const server = await startServer({ FAIRWHEEL_RATE_LIMITS: "off" });
  server.run("seed");
  /** As a browser calls it. @param {string} method @param {string} place @param {any} [body] @param {string} [token] @returns {Promise<any>} */
  const call = async (method, place, body, token = "") => {
    const answer = await fetch(`${server.url}/api/${place}`, { method, headers: { "content-type": "application/json", authorization: `Bearer ${token}` }, body: body && JSON.stringify(body) });
    const { code, data, message } = await answer.json();
    assert.equal(code, 0, message);
    return data;
  };
  await call("POST", "auth/send-code", { phone: "13900000001" });
  const { access_token } = await call("POST", "auth/login", { phone: "13900000001", code: CODE });
  server.run("admin", "grant-merchant", "13900000001");
  const png = fs.readFileSync(path.join(APP, "images/tab/wheel.png")).toString("base64");
  const { image } = await call("POST", "merchant/pictures", { data: `data:image/png;base64,${png}` }, access_token);
  const { prizes, ...wheel } = await call("GET", "merchant/lottery/config", undefined, access_token);
  const first = await call("PUT", "merchant/lottery/config", { ...wheel, prizes: prizes.map((/** @type {any} */ prize, /** @type {number} */ at) => ({ ...prize, image: at === 1 ? image : "" })) }, access_token);
  assert.equal(first.prizes[1].image, image);

  const client = createClient({ baseUrl: server.url, host: { wx: createNodePhone().wx, loadCore } });
  await client.session.sendCode("13900000002");
  await client.session.login("13900000002", CODE);
  server.run("admin", "grant-merchant", "13900000002");
  const config = await client.api.merchant.lotteryConfig();
  const draft = { ...fromConfig(config), cost: "120" };
  assert.equal(draft.prizes[1].image, server.url + image, "a phone needs the whole address");
  assert.deepEqual(plain(errors(await client.core(), draft)), {});
  assert.deepEqual(plain(changes(config, draft)).map((/** @type {any} */ { title }) => title), ["每次抽奖"]);
  await client.api.merchant.publishLottery({ ...toBody(draft), expected_table_hash: config.table_hash });

  const now = await call("GET", "merchant/lottery/config", undefined, access_token);
  assert.equal(now.cost_points, 120);
  assert.deepEqual(now.prizes.map((/** @type {any} */ prize) => prize.image), first.prizes.map((/** @type {any} */ prize) => prize.image));
});
