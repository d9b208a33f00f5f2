/** The real server, in a scratch folder, on a port of its own. */

import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { cleanUp } from "./clean.mjs";
import { ROOT } from "./paths.mjs";
import { until } from "./wait.mjs";

const BINARY = process.env.FAIRWHEEL_SERVER || path.join(ROOT, "target/debug/fairwheel-server");

/** The code that every phone number is sent. */
export const CODE = "123456";

const freePort = () =>
  new Promise((resolve, reject) => {
    const probe = net.createServer().on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = /** @type {net.AddressInfo} */ (probe.address());
      probe.close(() => resolve(port));
    });
  });

/** So that the server goes with the tests even if these are killed. @type {string[]} */
const WITH_PARENT = process.platform === "linux" && spawnSync("setpriv", ["--version"]).status === 0 ? ["setpriv", "--pdeathsig", "KILL"] : [];

/** @param {Record<string, string>} [settings] `FAIRWHEEL_*` */
export async function startServer(settings = {}) {
  if (!fs.existsSync(BINARY)) throw new Error(`${BINARY} is missing: \`cargo build\` makes it, or name one in FAIRWHEEL_SERVER`);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "fairwheel-server-"));
  const port = await freePort();
  const env = {
    PATH: process.env.PATH,
    FAIRWHEEL_LISTEN: `127.0.0.1:${port}`,
    FAIRWHEEL_DEV_CODE: CODE,
    FAIRWHEEL_WELCOME_POINTS: "3000",
    ...settings,
  };
  const url = `http://127.0.0.1:${port}`;
  /** @type {import("node:child_process").ChildProcess | null} */
  let child = null;
  let log = "";

  const run = (/** @type {string[]} */ words) => {
    const done = spawnSync(BINARY, words, { cwd: folder, env, encoding: "utf8" });
    if (done.status !== 0) throw new Error(`fairwheel-server ${words.join(" ")}: ${done.stderr || done.stdout}`);
    return done.stdout;
  };
  const start = async () => {
    const [program, ...words] = [...WITH_PARENT, BINARY, "serve"];
    const started = spawn(program, words, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
    child = started;
    for (const stream of [started.stdout, started.stderr]) stream.on("data", (text) => (log = (log + text).slice(-20_000)));
    const isReady = () => {
      if (started.exitCode !== null) throw new Error(`the server ended at once:\n${log}`);
      return fetch(`${url}/readyz`).then((response) => response.ok, () => false);
    };
    await until(isReady, "the server to be ready", 20_000);
  };
  const end = async (/** @type {NodeJS.Signals} */ signal) => {
    const ending = child;
    child = null;
    if (!ending || ending.exitCode !== null || ending.signalCode) return;
    const gone = new Promise((resolve) => ending.once("exit", resolve));
    ending.kill(signal);
    await gone;
  };
  const close = async () => {
    await end("SIGKILL");
    fs.rmSync(folder, { recursive: true, force: true });
  };
  cleanUp(close);
  try {
    await start();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    url,
    folder,
    log: () => log,
    /** Lets it go as an operator would. */
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
    /** Again, on the same port and with the same data. */
    start,
    /** A command of the server's own, like `run("admin", "grant-merchant", phone)`. */
    run: (/** @type {string[]} */ ...words) => run(words),
    close,
  };
}
