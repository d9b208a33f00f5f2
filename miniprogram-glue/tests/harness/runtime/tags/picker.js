/** `<picker>`: its choices are shown over the page, as a list of buttons, or as one field for a date or a time. */

import { ask } from "../dialog.js";

const textOf = (item, key) => (item !== null && typeof item === "object" ? item[key] : item);

export const picker = {
  picker: {
    properties: { mode: { type: String, value: "selector" }, range: { type: Array, value: [] }, rangeKey: String, value: null, disabled: Boolean, start: String, end: String, fields: String, headerText: String },
    async tapped() {
      if (this.data.disabled) return;
      const { mode, range, rangeKey } = this.data;
      if (mode === "selector") {
        const words = range.map((item) => String(textOf(item, rangeKey)));
        const chosen = await ask({ sheet: true, answers: [...words, "取消"] });
        if (chosen < words.length) this.triggerEvent("change", { value: chosen });
        else this.triggerEvent("cancel", {});
      } else if (mode === "multiSelector") {
        const value = [];
        for (const column of range) value.push(await ask({ sheet: true, answers: column.map((item) => String(textOf(item, rangeKey))) }));
        this.triggerEvent("change", { value });
      } else {
        const field = document.createElement("input");
        field.type = mode === "time" ? "time" : "date";
        field.value = this.data.value ?? "";
        const chosen = await ask({ sheet: true, field, answers: ["确定", "取消"] });
        if (chosen === 0) this.triggerEvent("change", { value: field.value });
        else this.triggerEvent("cancel", {});
      }
    },
    methods: {
      formValue() {
        return this.data.value;
      },
    },
  },
};
