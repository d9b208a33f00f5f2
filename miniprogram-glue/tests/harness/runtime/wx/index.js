/** `wx`: what is not here is an error that names it, so that no test passes by a call that does nothing. */

import { report } from "../state.js";
import { media } from "./media.js";
import { connectSocket, requests } from "./request.js";
import { makeShown } from "./shown.js";
import { system } from "./system.js";

export function makeWx(router) {
  const wx = { ...requests, connectSocket, ...media, ...makeShown(router), ...system };
  return new Proxy(wx, {
    get(target, name) {
      if (name in target || typeof name === "symbol" || name === "then") return target[name];
      report(`wx.${String(name)}`, "not in the harness");
    },
    set(_, name) {
      report(`wx.${String(name)}`, "set by the app");
      return true;
    },
    has: (target, name) => name in target,
  });
}
