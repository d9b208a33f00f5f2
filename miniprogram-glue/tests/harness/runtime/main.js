/** Starts the app: its files, its components, its first page. */

import { defineApp } from "./app.js";
import { registerComponents } from "./components.js";
import { moduleLoader } from "./modules.js";
import { openFirst, router } from "./router.js";
import { app, mp } from "./state.js";
import { WXWebAssembly } from "./wasm.js";
import { makeWx } from "./wx/index.js";

const wx = makeWx(router);
const components = registerComponents();
const theApp = defineApp();
const load = moduleLoader((file) => ({
  wx,
  WXWebAssembly,
  App: theApp.App,
  getApp: () => theApp.instance,
  getCurrentPages: () => mp.stack.map((page) => page.instance),
  ...components.constructors(file),
}));
load("app.js");
for (const place of Object.keys(app.components)) components.within(place, () => load(`${place}.js`));

mp.wx = wx;
mp.app = () => theApp.instance;
const first = new URLSearchParams(location.search).get("path") || app.json.entryPagePath || app.json.pages[0];
theApp.launch(first);
openFirst(first, components);
mp.hide = () => {
  router.hide();
  theApp.call("onHide");
};
mp.show = () => {
  theApp.call("onShow", { path: mp.current().route, query: mp.current().query, scene: 1001 });
  router.show();
};
mp.isReady = true;
