/** `wx.request`, `wx.uploadFile`, `wx.downloadFile`. */

import { mp } from "../state.js";
import { callback, shown } from "./callback.js";

const TIMEOUT = 60_000;

/** @param {string} name @param {any} options @param {(xhr: XMLHttpRequest) => any} send @param {(xhr: XMLHttpRequest) => object} answer */
function start(name, options, send, answer) {
  const xhr = new XMLHttpRequest();
  const given = { progress: new Set(), headers: new Set() };
  const act = () =>
    new Promise((resolve, reject) => {
      if (xhr.aborted) return reject(new Error("abort"));
      const refuse = (message) => reject(Object.assign(new Error(message), { fields: { errno: 600001 } }));
      xhr.onload = () => {
        const header = Object.fromEntries(xhr.getAllResponseHeaders().trim().split(/\r?\n/).filter(Boolean).map((line) => line.split(/:\s*(.*)/s).slice(0, 2)));
        for (const each of given.headers) each({ header, statusCode: xhr.status });
        resolve({ statusCode: xhr.status, header, cookies: [], ...answer(xhr) });
      };
      xhr.onerror = () => refuse("errcode:-101 cronet_error_code:-101 error_msg:net::ERR_CONNECTION_RESET");
      xhr.ontimeout = () => refuse("timeout");
      xhr.onabort = () => refuse("abort");
      xhr.upload.onprogress = ({ loaded, total }) => {
        for (const each of given.progress) each({ progress: total ? Math.floor((loaded / total) * 100) : 0, totalBytesSent: loaded, totalBytesExpectedToSend: total });
      };
      Promise.resolve(send(xhr)).catch(reject);
    });
  const quiet = { success() {}, ...options };
  callback(name, act)(quiet);
  return {
    abort() {
      xhr.aborted = true;
      xhr.abort();
    },
    onProgressUpdate: (each) => given.progress.add(each),
    offProgressUpdate: (each) => given.progress.delete(each),
    onHeadersReceived: (each) => given.headers.add(each),
    offHeadersReceived: (each) => given.headers.delete(each),
    onChunkReceived() {},
    offChunkReceived() {},
  };
}

function open(xhr, method, url, options) {
  if (xhr.aborted) throw new Error("abort"); // while the file was read
  if (!/^https?:\/\//.test(url)) throw new Error(`invalid url "${url}"`);
  xhr.open(method, url);
  xhr.timeout = options.timeout ?? TIMEOUT;
  for (const [name, value] of Object.entries(options.header ?? {})) xhr.setRequestHeader(name, value);
}

const form = (data) =>
  Object.entries(data ?? {})
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(typeof value === "object" ? JSON.stringify(value) : String(value))}`)
    .join("&");

export const requests = {
  request(options) {
    const { data, method = "GET", dataType = "json", responseType = "text", header = {} } = options;
    const isBody = !["GET", "HEAD"].includes(method);
    const type = Object.entries(header).find(([name]) => name.toLowerCase() === "content-type")?.[1];
    return start(
      "request",
      options,
      (xhr) => {
        const query = !isBody && data && typeof data === "object" ? form(data) : "";
        open(xhr, method, query ? `${options.url}${options.url.includes("?") ? "&" : "?"}${query}` : options.url, options);
        if (responseType === "arraybuffer") xhr.responseType = "arraybuffer";
        if (!isBody) return xhr.send();
        if (!type) xhr.setRequestHeader("content-type", "application/json");
        if (typeof data === "string" || data instanceof ArrayBuffer) xhr.send(data);
        else xhr.send(type?.includes("urlencoded") ? form(data) : JSON.stringify(data ?? {}));
      },
      (xhr) => {
        if (responseType === "arraybuffer") return { data: xhr.response };
        if (dataType !== "json") return { data: xhr.responseText };
        try {
          return { data: JSON.parse(xhr.responseText) };
        } catch {
          // What is no JSON comes as text, as on a phone.
          return { data: xhr.responseText };
        }
      },
    );
  },
  uploadFile: (options) =>
    start(
      "uploadFile",
      options,
      async (xhr) => {
        const file = await (await fetch(options.filePath)).blob();
        const body = new FormData();
        for (const [name, value] of Object.entries(options.formData ?? {})) body.append(name, String(value));
        body.append(options.name, file, options.fileName ?? "photo.jpg");
        open(xhr, "POST", options.url, options);
        xhr.send(body);
      },
      // Never read as JSON.
      (xhr) => ({ data: xhr.responseText }),
    ),
  downloadFile: (options) =>
    start(
      "downloadFile",
      options,
      (xhr) => {
        open(xhr, "GET", options.url, options);
        xhr.responseType = "blob";
        xhr.send();
      },
      (xhr) => ({ tempFilePath: URL.createObjectURL(xhr.response) }),
    ),
};

const sockets = new Set();

/** A phone has at most five. */
export const connectSocket = (options) => {
  mp.calls.push({ name: "connectSocket", given: shown(options) });
  const socket = new WebSocket(options.url, options.protocols ?? []);
  socket.binaryType = "arraybuffer";
  sockets.add(socket);
  const on = (type, give) => (each) => socket.addEventListener(type, (event) => each(give(event)));
  socket.addEventListener("close", () => sockets.delete(socket));
  callback("connectSocket", () => {
    if (sockets.size > 5) throw new Error("exceed max task count");
  })({ success() {}, ...options });
  return {
    get readyState() {
      return socket.readyState;
    },
    CONNECTING: 0,
    OPEN: 1,
    CLOSING: 2,
    CLOSED: 3,
    send: ({ data, ...answers }) =>
      callback("sendSocketMessage", () => {
        if (socket.readyState !== WebSocket.OPEN) throw new Error("SocketTask.readyState is not OPEN");
        socket.send(data);
      })({ success() {}, ...answers }),
    // A browser lets a page close with 1000 and from 3000 on only.
    close: ({ code = 1000, reason = "", ...answers } = {}) => callback("closeSocket", () => socket.close(code === 1000 || code >= 3000 ? code : 1000, reason))({ success() {}, ...answers }),
    onOpen: on("open", () => ({ header: {} })),
    onMessage: on("message", ({ data }) => ({ data })),
    onClose: on("close", ({ code, reason }) => ({ code, reason })),
    onError: on("error", () => ({ errMsg: "connectSocket:fail" })),
  };
};
