/** What WeChat shows above the page: a modal, an action sheet, a picker. */

/**
 * @param {{title?: string, content?: string, field?: HTMLElement, answers: string[], sheet?: boolean}} what
 * @returns {Promise<number>} the index of the answer
 */
export function ask({ title, content, field, answers, sheet = false }) {
  return new Promise((resolve) => {
    const mask = document.createElement("div");
    mask.className = "mp-mask";
    const dialog = document.createElement("div");
    dialog.className = sheet ? "mp-dialog is-sheet" : "mp-dialog";
    dialog.setAttribute("role", "dialog");
    for (const text of [title, content]) {
      if (!text) continue;
      const line = document.createElement("p");
      line.textContent = text;
      dialog.append(line);
    }
    if (field) dialog.append(field);
    for (const [index, answer] of answers.entries()) {
      const button = document.createElement("span");
      button.dataset.answer = String(index);
      button.textContent = answer;
      button.addEventListener("click", () => {
        mask.remove();
        resolve(index);
      });
      dialog.append(button);
    }
    mask.append(dialog);
    document.body.append(mask);
  });
}

let closing = 0;
/** @param {string} text @param {number} duration milliseconds; 0 is until `hideToast` */
export function showToast(text, duration) {
  hideToast();
  const toast = document.createElement("div");
  toast.className = "mp-toast";
  toast.setAttribute("role", "status");
  toast.textContent = text;
  document.body.append(toast);
  clearTimeout(closing);
  if (duration) closing = setTimeout(hideToast, duration);
}

export function hideToast() {
  document.querySelector(".mp-toast")?.remove();
}
