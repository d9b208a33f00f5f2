/** `App()` and `getApp()`. */

import { guard, report } from "./state.js";

export function defineApp() {
  const self = {
    /** @type {any} */
    instance: undefined,
    App(options) {
      if (self.instance) report("App", "called twice");
      self.instance = Object.assign(Object.create(null), options);
    },
    call: (name, ...given) => guard(`App.${name}`, self.instance?.[name], self.instance, ...given),
    launch(first) {
      const [path, query] = first.split("?");
      const given = { path, query: Object.fromEntries(new URLSearchParams(query)), scene: 1001, referrerInfo: {} };
      self.call("onLaunch", given);
      self.call("onShow", given);
    },
  };
  addEventListener("error", (event) => self.call("onError", String(event.message)));
  return self;
}
