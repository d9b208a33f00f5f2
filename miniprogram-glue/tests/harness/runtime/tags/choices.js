/** Tags with which a person chooses: switch, checkbox, radio, slider. */

const checked = {
  checked(element, is) {
    element.setAttribute("aria-checked", String(Boolean(is)));
  },
};

const within = (element, tag) => [...element.querySelectorAll(tag)];

export const choices = {
  switch: {
    properties: { checked: Boolean, disabled: Boolean, type: String, color: String },
    made: (element) => {
      element.setAttribute("role", "switch");
      element.setAttribute("aria-checked", "false");
    },
    changed: checked,
    methods: {
      formValue() {
        return this.data.checked;
      },
    },
    tapped() {
      if (this.data.disabled) return;
      this.setData({ checked: !this.data.checked });
      this.triggerEvent("change", { value: this.data.checked });
    },
  },
  "checkbox-group": {
    methods: {
      formValue() {
        return within(this.$$, "wx-checkbox")
          .filter(({ component }) => component.data.checked)
          .map(({ component }) => component.data.value);
      },
    },
  },
  checkbox: {
    properties: { value: String, checked: Boolean, disabled: Boolean, color: String },
    made: (element) => {
      element.setAttribute("role", "checkbox");
      element.setAttribute("aria-checked", "false");
    },
    changed: checked,
    tapped(element) {
      if (this.data.disabled) return;
      this.setData({ checked: !this.data.checked });
      const group = element.closest("wx-checkbox-group")?.component;
      group?.triggerEvent("change", { value: group.formValue() });
    },
  },
  "radio-group": {
    methods: {
      formValue() {
        return within(this.$$, "wx-radio").find(({ component }) => component.data.checked)?.component.data.value ?? "";
      },
    },
  },
  radio: {
    properties: { value: String, checked: Boolean, disabled: Boolean, color: String },
    made: (element) => {
      element.setAttribute("role", "radio");
      element.setAttribute("aria-checked", "false");
    },
    changed: checked,
    tapped(element) {
      if (this.data.disabled || this.data.checked) return;
      const group = element.closest("wx-radio-group");
      for (const { component } of group ? within(group, "wx-radio") : []) component.setData({ checked: component === this });
      if (!group) this.setData({ checked: true });
      group?.component.triggerEvent("change", { value: this.data.value });
    },
  },
  slider: {
    properties: { min: Number, max: { type: Number, value: 100 }, step: { type: Number, value: 1 }, value: Number, disabled: Boolean, showValue: Boolean, activeColor: String, backgroundColor: String, blockSize: Number, blockColor: String },
    made(element) {
      const field = document.createElement("input");
      field.type = "range";
      element.append(field);
      const tell = (type) => (event) => {
        event.stopPropagation();
        this.triggerEvent(type, { value: Number(field.value) });
      };
      field.addEventListener("input", tell("changing"));
      field.addEventListener("change", tell("change"));
    },
    methods: {
      formValue() {
        return Number(this.$$.firstChild.value);
      },
    },
    changed: Object.fromEntries(["min", "max", "step", "value"].map((name) => [name, (element, value) => (element.firstChild[name] = value)])),
  },
};
