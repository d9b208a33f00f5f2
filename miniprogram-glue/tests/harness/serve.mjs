/**
 * The compiled app, and behind the same address the real server, so that the browser sees one origin as a mini-program
 * sees none.
 */

import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import path from "node:path";
import zlib from "node:zlib";
import { cleanUp } from "./clean.mjs";

const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".png": "image/png", ".jpg": "image/jpeg", ".svg": "image/svg+xml", ".webp": "image/webp" };
const BEHIND = /^\/(api|ws|media|healthz|readyz)(\/|\?|$)/;

/**
 * @param {string} folder made by `compileApp`
 * @param {{url: string} | null} server
 */
export async function serveApp(folder, server) {
  const behind = server && new URL(server.url);
  const options = (/** @type {http.IncomingMessage} */ request) => ({ host: behind?.hostname, port: behind?.port, method: request.method, path: request.url, headers: { ...request.headers, host: behind?.host } });

  const front = http.createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://front");
    if (BEHIND.test(url.pathname)) {
      // No answer from the server must be none in the browser either.
      if (!behind) return request.socket.destroy();
      const onward = http.request(options(request), (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
        answer.on("error", () => response.destroy());
      });
      onward.on("error", () => request.socket.destroy());
      response.on("close", () => onward.destroy());
      request.pipe(onward);
      return;
    }
    const file = path.join(folder, url.pathname === "/" ? "index.html" : decodeURIComponent(url.pathname));
    if (!file.startsWith(folder + path.sep) || !fs.existsSync(file) || !fs.statSync(file).isFile()) return response.writeHead(404).end();
    const bytes = fs.readFileSync(file);
    const type = TYPES[/** @type {keyof TYPES} */ (path.extname(file))] ?? "application/octet-stream";
    response.writeHead(200, { "content-type": type, "cache-control": "no-store" }).end(file.endsWith(".wasm.br") ? zlib.brotliDecompressSync(bytes) : bytes);
  });

  front.on("upgrade", (request, socket, head) => {
    if (!behind || !BEHIND.test(request.url ?? "")) return socket.destroy();
    const onward = net.connect(Number(behind.port), behind.hostname, () => {
      const headers = Object.entries({ ...request.headers, host: behind.host, origin: behind.origin });
      onward.write(`${request.method} ${request.url} HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`);
      onward.write(head);
      socket.pipe(onward).pipe(socket);
    });
    for (const [one, other] of [[socket, onward], [onward, socket]]) one.on("error", () => other.destroy()).on("close", () => other.destroy());
  });

  await new Promise((resolve) => front.listen(0, "127.0.0.1", () => resolve(null)));
  const { port } = /** @type {net.AddressInfo} */ (front.address());
  const close = () => {
    front.closeAllConnections();
    return new Promise((resolve) => front.close(resolve));
  };
  cleanUp(close);
  return { url: `http://127.0.0.1:${port}`, close };
}
