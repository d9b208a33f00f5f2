/** The harness with the real server: requests, uploads, the socket, and a server that goes and comes back. */

import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { CODE, GLUE, openPhone, startServer, until } from "../harness/index.mjs";

const app = path.join(GLUE, "tests/fixture");
const PIXEL = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

/** Registers a phone number, or logs it in. */
async function logIn(server, phone) {
  const post = (where, body) => fetch(`${server.url}/api/auth/${where}`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }).then((response) => response.json());
  await post("send-code", { phone });
  const { code, data } = await post("login", { phone, code: CODE });
  assert.equal(code, 0);
  return data.access_token;
}

test("a real server answers through the phone's address", async () => {
  const server = await startServer();
  const phone = await openPhone({ app, server });
  const call = (name, given) => phone.page.evaluate(([method, value]) => globalThis.__mp.current().instance[method](value).then((answer) => answer, (refusal) => ({ refusal: refusal.errMsg })), [name, given]);

  const config = await call("ask");
  assert.equal(config.statusCode, 200);
  assert.equal(typeof config.data.code, "number");
  const said = await call("talk", await logIn(server, "13800138001"));
  assert.equal(typeof said.type, "string", JSON.stringify(said));

  await phone.mp.choose([PIXEL]);
  const { tempFiles } = await phone.mp.wx("chooseMedia", { count: 1 });
  const sent = await call("upload", tempFiles[0].tempFilePath);
  assert.equal(JSON.parse(sent.data).code !== 0, true);
  assert.equal(sent.steps.at(-1), 100);

  await server.kill();
  assert.match((await call("ask")).refusal, /^request:fail/);
  await server.start();
  assert.equal((await call("ask")).statusCode, 200);
  await phone.close();
  await server.close();
});

test("two phones at one server; a merchant is made by the server's own command", async () => {
  const server = await startServer({ FAIRWHEEL_WELCOME_POINTS: "70" });
  await logIn(server, "13800138000");
  server.run("admin", "grant-merchant", "13800138000");
  const phones = await Promise.all([openPhone({ app, server }), openPhone({ app, server, dark: true })]);
  for (const phone of phones) {
    await until(() => phone.mp.data().then((data) => data.commitment), "the core");
    await phone.close();
  }
  await server.close();
});
