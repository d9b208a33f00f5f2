/** A proof handed on: by a link that carries all of it, by the link's QR code, or as a file. */

import { packLink } from "./common/link-codec.js";
import { copyButton } from "./copy.js";
import { createPanel } from "./dialog.js";
import { h, notice } from "./dom.js";
import { fileNameOf, parse, saveFile } from "./proof-text.js";
import { short } from "./words.js";

/** Modules a side (version 30) up to which a phone reads a code off a screen at the first try. */
const MODULES_MAX = 137;
/** The picture that is saved, in its own pixels. */
const PICTURE = { module: 8, quiet: 4, foot: 96 };

/** @typedef {boolean[][]} Modules */

/** The address at which this proof can be checked. @param {string} text JSON */
export const linkOf = async (text) => new URL(`check#proof=${await packLink(JSON.stringify(JSON.parse(text)))}`, location.href).href;

/** @param {string} link @returns {Promise<Modules | null>} null if it would be too dense to be read */
export async function codeOf(link) {
  const { encodeQR } = await import("./vendor/qr/index.js");
  try {
    const modules = encodeQR(link, "raw", { ecc: "low", border: 1 }).slice(1, -1).map((row) => row.slice(1, -1));
    return modules.length > MODULES_MAX ? null : modules;
  } catch {
    return null; // more than any code can carry
  }
}

/** @param {string} text the proof, as JSON */
export async function openShare(text) {
  const dialog = h(
    "dialog",
    { class: "panel", "aria-labelledby": "share-title" },
    h("div", { class: "panel__head" }, h("h2", { id: "share-title" }, "分享这份证明"), h("button", { class: "close", type: "button", "aria-label": "关闭" })),
    h("div", { class: "panel__body" }),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  const panel = createPanel(dialog);
  panel.body.replaceChildren(h("p", { class: "quiet" }, "正在准备…"));
  panel.open();
  const link = await linkOf(text);
  const code = await codeOf(link).catch(() => undefined);
  panel.body.replaceChildren(renderShare(text, link, code));
}

/** @param {string} text @param {string} link @param {Modules | null | undefined} code undefined: the painter could not be fetched */
function renderShare(text, link, code) {
  const proof = parse(text);
  const small = "button button--second button--small";
  const field = h("input", { class: "share__link", readOnly: true, value: link, "aria-label": "证明的链接", onfocus: () => field.select() });
  const file = () => new File([text], `${fileNameOf(proof)}.json`, { type: "application/json" });
  const send = "share" in navigator && h("button", { class: small, type: "button", onclick: () => void navigator.share({ title: "抽奖证明", url: link }).catch(() => {}) }, "发送…");
  return h(
    "div",
    { class: "share" },
    h("p", {}, "谁拿到它，都能在自己的设备上重新核对，不用登录。里面有种子和结果，没有您的姓名和手机号。"),
    code ? renderCode(code, proof) : renderNoCode(code),
    h("div", { class: "share__row" }, field, copyButton(() => link, "复制链接", small)),
    h("div", { class: "share__tools" }, send, h("button", { class: small, type: "button", onclick: () => saveFile(file(), file().name) }, "保存证明文件")),
  );
}

/** @param {null | undefined} code */
const renderNoCode = (code) =>
  code === null
    ? notice({ title: "这份证明太长，不画二维码", text: "画出来的点太密，手机很难扫清。请用下面的链接，或者保存成文件。" })
    : notice({ title: "二维码没有画成", text: "网络可能断开了。链接和文件一样可以用。" });

/** @param {Modules} code @param {any} proof */
function renderCode(code, proof) {
  const picture = paintCode(code, proof);
  const save = () => picture.toBlob((blob) => blob && saveFile(blob, `${fileNameOf(proof)}.png`), "image/png");
  return h(
    "figure",
    { class: "share__code" },
    picture,
    h("figcaption", {}, h("button", { class: "button button--second button--small", type: "button", onclick: save }, "保存二维码图片")),
  );
}

/** Always dark on white: not every reader knows the other way. @param {Modules} code @param {any} proof */
export function paintCode(code, proof) {
  const { module, quiet, foot } = PICTURE;
  const side = (code.length + 2 * quiet) * module;
  const canvas = h("canvas", { width: side, height: side + foot, role: "img", "aria-label": "证明的二维码", "data-modules": code.length });
  const ctx = canvas.getContext("2d");
  if (!ctx) return canvas;
  ctx.fillStyle = "#FFFFFF";
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  ctx.fillStyle = "#2A211C";
  for (const [y, row] of code.entries()) {
    for (const [x, dark] of row.entries()) if (dark) ctx.fillRect((x + quiet) * module, (y + quiet) * module, module, module);
  }
  ctx.textAlign = "center";
  ctx.font = `600 ${side / 28}px sans-serif`;
  ctx.fillText("抽奖证明 · 扫码后在自己的设备上核对", side / 2, side + foot * 0.2, side - 64);
  ctx.fillStyle = "#7A6A5F";
  ctx.font = `${side / 34}px monospace`;
  ctx.fillText(short(String(proof?.draw_id ?? "")), side / 2, side + foot * 0.68, side - 64);
  return canvas;
}
