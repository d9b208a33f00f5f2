/** Tags into which a person types, and the form that collects them. */

/** What the browser's own field says goes no further: the component says it in WeChat's way. */
function listen(component, field) {
  const tell = (type, detail = {}) => component.triggerEvent(type, { value: field.value, ...detail });
  const on = (type, act) =>
    field.addEventListener(type, (event) => {
      event.stopPropagation();
      act(event);
    });
  on("input", () => {
    component.setData({ value: field.value });
    tell("input", { cursor: field.selectionStart ?? field.value.length });
  });
  on("change", () => {});
  on("focus", () => tell("focus", { height: 0 }));
  on("blur", () => tell("blur", { cursor: field.selectionStart ?? 0 }));
  on("keydown", (event) => {
    if (event.key === "Enter" && field.tagName === "INPUT") tell("confirm");
  });
}

const TYPES = { number: "numeric", digit: "decimal", idcard: "text", text: "text", nickname: "text" };

const common = {
  value: null,
  placeholder: String,
  placeholderClass: String,
  placeholderStyle: String,
  disabled: Boolean,
  maxlength: { type: Number, value: 140 },
  focus: Boolean,
  cursorSpacing: Number,
  adjustPosition: Boolean,
  holdKeyboard: Boolean,
  confirmType: String,
  confirmHold: Boolean,
  alwaysEmbed: Boolean,
};

const changed = {
  value(element, value) {
    const field = element.firstChild;
    const text = value === null || value === undefined ? "" : String(value);
    if (field.value !== text) field.value = text;
  },
  placeholder(element, text) {
    element.firstChild.placeholder = text;
  },
  disabled(element, is) {
    element.firstChild.disabled = is;
  },
  maxlength(element, length) {
    if (length >= 0) element.firstChild.maxLength = length;
    else element.firstChild.removeAttribute("maxlength");
  },
  focus(element, is) {
    if (is) setTimeout(() => element.firstChild.focus());
  },
  ariaLabel(element, text) {
    if (text) element.firstChild.setAttribute("aria-label", text);
  },
};

const made = (tag) =>
  function (element) {
    element.append(document.createElement(tag));
    element.firstChild.maxLength = 140;
    listen(this, element.firstChild);
  };

export const fields = {
  input: {
    properties: { ...common, type: { type: String, value: "text" }, password: Boolean },
    made: made("input"),
    changed: {
      ...changed,
      type(element, type) {
        element.firstChild.inputMode = TYPES[type] ?? "text";
      },
      password(element, is) {
        element.firstChild.type = is ? "password" : "text";
      },
    },
  },
  textarea: {
    properties: { ...common, autoHeight: Boolean, fixed: Boolean, showConfirmBar: Boolean, disableDefaultPadding: Boolean },
    made: made("textarea"),
    changed,
  },
  form: {
    properties: { reportSubmit: Boolean },
    methods: {
      submit() {
        const value = {};
        for (const element of (this._$ ?? this).$$.querySelectorAll("*")) {
          const inner = element.component;
          const name = inner?.data?.name;
          if (!name || inner.data === undefined) continue;
          const field = element.querySelector(":scope > input, :scope > textarea");
          value[name] = inner.formValue ? inner.formValue() : field ? field.value : inner.data.value;
        }
        this.triggerEvent("submit", { value });
      },
      reset() {
        this.triggerEvent("reset", {});
      },
    },
  },
};
