/** `<canvas type="2d">`: the picture lies under whatever the page shows above it. */

export const canvas = {
  canvas: {
    properties: { type: String, canvasId: String, disableScroll: Boolean },
    made(element) {
      element.append(document.createElement("canvas"));
      element.setAttribute("role", "img");
    },
    changed: {
      type(_, type) {
        if (type !== "2d") throw new Error(`<canvas type="${type}">: only 2d is rendered in the same layer`);
      },
    },
  },
};
