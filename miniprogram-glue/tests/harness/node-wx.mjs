/** WeChat's network in Node: requests, uploads, downloads and sockets that reach a real server. */

import { randomBytes } from "node:crypto";
import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { cleanUp } from "./clean.mjs";
import { createPhone } from "./phone.mjs";

/** @param {Response} response */
const headerOf = (response) => Object.fromEntries(response.headers);

/** @param {any} options @param {(signal: AbortSignal) => Promise<any>} make */
function asked(options, make) {
  const given = new AbortController();
  make(given.signal).then(
    (answer) => options.success?.(answer),
    (error) => options.fail?.({ errMsg: `request:fail ${given.signal.aborted ? "abort" : error.message}` }),
  );
  return { abort: () => given.abort(), onProgressUpdate: () => {} };
}

/** @param {any} options */
const request = (options) =>
  asked(options, async (signal) => {
    const { url, method, header, data } = options;
    const response = await fetch(url, { method, headers: header, body: data, signal });
    return { statusCode: response.status, data: await response.text(), header: headerOf(response) };
  });

/** @param {any} options */
const uploadFile = (options) =>
  asked(options, async (signal) => {
    const { url, header, filePath, name, formData } = options;
    const form = new FormData();
    form.set(name, new Blob([fs.readFileSync(filePath)]), path.basename(filePath));
    for (const [key, value] of Object.entries(formData)) form.set(key, String(value));
    const response = await fetch(url, { method: "POST", headers: header, body: form, signal });
    return { statusCode: response.status, data: await response.text() };
  });

/** @param {any} options */
const downloadFile = (options) =>
  asked(options, async (signal) => {
    const response = await fetch(options.url, { headers: options.header, signal });
    const tempFilePath = path.join(os.tmpdir(), `fairwheel-${randomBytes(6).toString("hex")}`);
    cleanUp(() => fs.rmSync(tempFilePath, { force: true }));
    fs.writeFileSync(tempFilePath, Buffer.from(await response.arrayBuffer()));
    return { statusCode: response.status, tempFilePath };
  });

/** A WebSocket client of the little that the protocol needs here. @param {any} options */
function connectSocket({ url, protocols }) {
  /** @type {Record<string, (event: any) => void>} */
  const on = {};
  /** @type {import("node:stream").Duplex | null} */
  let socket = null;
  let isClosed = false;
  const closed = (/** @type {number} */ code) => {
    if (isClosed) return;
    isClosed = true;
    socket?.destroy();
    on.close?.({ code, reason: "" });
  };
  const failed = () => {
    on.error?.({ errMsg: "connectSocket:fail" });
    closed(1006);
  };
  const headers = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-key": randomBytes(16).toString("base64"),
    "sec-websocket-version": "13",
    "sec-websocket-protocol": protocols.join(", "),
  };
  const asking = http.get(url.replace(/^ws/, "http"), { headers });
  asking.on("error", failed);
  asking.on("response", (response) => {
    response.resume();
    failed();
  });
  asking.on("upgrade", (_response, made, head) => {
    socket = made;
    made.on("error", () => closed(1006));
    made.on("close", () => closed(1006));
    let buffered = head;
    const read = (/** @type {Buffer} */ more) => {
      buffered = Buffer.concat([buffered, more]);
      for (let frame = frameOf(buffered); frame; frame = frameOf(buffered)) {
        buffered = buffered.subarray(frame.size);
        if (frame.opcode === 1) on.message?.({ data: frame.payload.toString("utf8") });
        if (frame.opcode === 8) closed(frame.payload.length >= 2 ? frame.payload.readUInt16BE(0) : 1005);
      }
    };
    on.open?.({});
    made.on("data", read);
    read(Buffer.alloc(0));
  });
  const write = (/** @type {number} */ opcode, /** @type {Buffer} */ payload) => socket?.write(masked(opcode, payload));
  return {
    onOpen: (/** @type {any} */ fn) => void Object.assign(on, { open: fn }),
    onMessage: (/** @type {any} */ fn) => void Object.assign(on, { message: fn }),
    onClose: (/** @type {any} */ fn) => void Object.assign(on, { close: fn }),
    onError: (/** @type {any} */ fn) => void Object.assign(on, { error: fn }),
    send: (/** @type {any} */ { data }) => write(1, Buffer.from(data)),
    close: () => {
      write(8, Buffer.from([0x03, 0xe8]));
      asking.destroy();
      closed(1000);
    },
  };
}

/** The first frame that is there whole; the server never masks or splits. @param {Buffer} bytes */
function frameOf(bytes) {
  if (bytes.length < 2) return null;
  const short = bytes[1] & 0x7f;
  const start = short === 127 ? 10 : short === 126 ? 4 : 2;
  if (bytes.length < start) return null;
  const length = short === 127 ? Number(bytes.readBigUInt64BE(2)) : short === 126 ? bytes.readUInt16BE(2) : short;
  if (bytes.length < start + length) return null;
  return { opcode: bytes[0] & 0x0f, payload: bytes.subarray(start, start + length), size: start + length };
}

/** @param {number} opcode @param {Buffer} payload shorter than 64 KiB */
function masked(opcode, payload) {
  const length = payload.length < 126 ? Buffer.from([0x80 | payload.length]) : Buffer.from([0xfe, payload.length >> 8, payload.length & 0xff]);
  const mask = randomBytes(4);
  return Buffer.concat([Buffer.from([0x80 | opcode]), length, mask, payload.map((byte, n) => byte ^ mask[n % 4])]);
}

/** @param {Map<string, any>} [storage] */
export function createNodePhone(storage) {
  const { wx, storage: kept } = createPhone(() => ({}), storage);
  const getFileSystemManager = () => ({
    /** @param {any} options */
    readFile({ filePath, encoding, position = 0, length, success }) {
      const bytes = fs.readFileSync(filePath).subarray(position, length && position + length);
      success({ data: encoding ? bytes.toString("utf8") : new Uint8Array(bytes).buffer });
    },
  });
  return { wx: { ...wx, request, uploadFile, downloadFile, connectSocket, getFileSystemManager }, storage: kept };
}
