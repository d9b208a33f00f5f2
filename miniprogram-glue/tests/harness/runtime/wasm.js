/** `WXWebAssembly`: a path inside the package, nothing else; exported Globals are lost, as on iOS. */

import { phone } from "./state.js";

const Real = globalThis.WebAssembly;

export const WXWebAssembly =
  phone.wasm === "nothing"
    ? undefined
    : {
        Memory: Real.Memory,
        Table: Real.Table,
        async instantiate(path, imports) {
          if (phone.wasm === "fails") throw new Error("WXWebAssembly refused");
          if (typeof path !== "string" || !/\.wasm(\.br)?$/.test(path)) throw new TypeError("WXWebAssembly.instantiate takes a path inside the package");
          const response = await fetch(path.startsWith("/") ? path : `/${path}`);
          if (!response.ok) throw new Error(`no file ${path} in the package`);
          const { instance } = await Real.instantiate(await response.arrayBuffer(), imports);
          const exports = Object.fromEntries(Object.entries(instance.exports).filter(([, value]) => !(value instanceof Real.Global)));
          return { instance: { exports } };
        },
      };
