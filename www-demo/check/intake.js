/** The ways in: pasted anywhere, dropped anywhere, chosen as a file, or in the page's own address. */

import { byId, h } from "../dom.js";
import { readCodes } from "./qr-read.js";
import { keepFocus } from "../steady.js";
import { InputProblem, readPapers, sizeOf } from "./read.js";

/** @typedef {import('./read.js').Paper} Paper */

/** Bytes of a file that is no picture. */
const FILE_MAX = 1_048_576;
const FILES_MAX = 200;

/** @param {(papers: Paper[]) => void} take gets at least one */
export function createIntake(take) {
  const place = byId("intake", HTMLElement);
  const area = byId("intake-text", HTMLTextAreaElement);
  const files = byId("intake-files", HTMLInputElement);
  const words = place.querySelector(".intake__words");
  const message = byId("intake-message", HTMLElement);
  const folded = h("div", { class: "intake__folded", hidden: true });
  place.append(folded);
  /** What the verdict below is about. */
  let former = "";
  /** Readings so far: a slow one must not come over a later one. */
  let readings = 0;

  /** @param {string} words @param {boolean} [bad] */
  function tell(words, bad = true) {
    message.textContent = bad && words && former ? `${words} 下面还是上一份：${former}。` : words;
    message.classList.toggle("intake__message--bad", bad);
    area.setAttribute("aria-invalid", String(bad && words !== ""));
    if (bad && words) unfold();
  }

  function unfold() {
    const change = () => {
      place.classList.remove("intake--folded");
      words?.classList.remove("sr-only");
      folded.hidden = true;
    };
    keepFocus(folded, change, () => area);
  }

  /** What is open stays so until there is something to take its place. @param {(isWanted: () => boolean) => Promise<Paper[]>} read */
  async function bring(read) {
    const mine = ++readings;
    tell("正在读…", false);
    try {
      const papers = await read(() => mine === readings);
      if (mine !== readings) return;
      tell("", false);
      area.value = "";
      take(papers);
    } catch (error) {
      if (mine !== readings) return;
      if (!(error instanceof InputProblem)) console.warn(error);
      tell(error instanceof InputProblem ? error.message : "没有读成，请再试一次。");
    }
  }

  const bringText = (/** @type {string} */ text, /** @type {string} */ name) => bring(() => readPapers(text, name));

  /** @param {FileList | File[]} list */
  const bringFiles = (list) =>
    bring(async (isWanted) => {
      const all = Array.from(list);
      if (all.length > FILES_MAX) throw new InputProblem(`一次拿来了 ${all.length} 个文件，最多 ${FILES_MAX} 个。`);
      /** @type {Paper[]} */
      const papers = [];
      /** @type {{file: File, error: any}[]} */
      const bad = [];
      // One after another: a photo unfolds to a hundred times its size.
      for (const [n, file] of all.entries()) {
        if (!isWanted()) return [];
        if (all.length > 1) tell(`正在读第 ${n + 1} 个，共 ${all.length} 个…`, false);
        await readFile(file).then((some) => papers.push(...some), (error) => bad.push({ file, error }));
      }
      const [first] = bad;
      if (first && papers.length === 0) throw all.length > 1 ? new InputProblem(`${all.length} 个文件都没有读成。${first.file.name}：${first.error.message}`) : first.error;
      return [...papers, ...bad.map(({ file, error }) => ({ name: file.name, text: "", problem: String(error.message) }))];
    });

  /** Of the page's own address. */
  function bringHash() {
    if (location.hash.startsWith("#proof=")) bringText(location.href, "链接里的证明");
  }

  byId("intake-check", HTMLElement).addEventListener("click", () => bringText(area.value, "粘贴的证明"));
  byId("intake-choose", HTMLElement).addEventListener("click", () => files.click());
  byId("intake-example", HTMLElement).addEventListener("click", () => bring(example));
  files.addEventListener("change", () => {
    if (files.files?.length) bringFiles(Array.from(files.files));
    files.value = ""; // the same file again is a change, too
  });
  addEventListener("hashchange", bringHash);
  document.addEventListener("paste", (event) => {
    const { clipboardData: data, target } = event;
    const elsewhere = target instanceof HTMLElement && target !== area && target.matches("input, textarea");
    if (!data || elsewhere) return;
    const pictures = Array.from(data.files);
    const text = data.getData("text/plain");
    if (pictures.length > 0) event.preventDefault();
    if (pictures.length > 0) bringFiles(pictures);
    else if (target === area) setTimeout(() => bringText(area.value, "粘贴的证明")); // after it stands there
    else if (text.trim()) bringText(text, "粘贴的证明");
  });
  takeDrops(bringFiles, (text) => bringText(text, "拖来的证明"));
  bringHash();

  return {
    /** Makes room for what was brought. @param {Paper} paper */
    fold({ name, text }) {
      tell("", false);
      former = name;
      const another = h("button", { class: "button button--second button--small", type: "button" }, "换一份");
      another.addEventListener("click", () => {
        unfold();
        area.focus();
      });
      const size = new TextEncoder().encode(text).length;
      const change = () => {
        folded.replaceChildren(h("p", {}, h("b", {}, name), h("span", { class: "quiet num" }, ` ${sizeOf(size)} · 只在这台设备上`)), another);
        folded.hidden = false;
        place.classList.add("intake--folded");
        words?.classList.add("sr-only");
      };
      keepFocus(place, change, () => another);
    },
  };
}

/** @param {File} file @returns {Promise<Paper[]>} */
async function readFile(file) {
  if (file.size === 0) throw new InputProblem("这个文件是空的。");
  if (file.type.startsWith("image/")) return readAny(await readCodes(file), file.name);
  if (file.size > FILE_MAX) throw new InputProblem(`这个文件有 ${sizeOf(file.size)}，太大了，不会是抽奖证明。`);
  return readPapers(await file.text(), file.name);
}

/** The first code that holds a proof. @param {string[]} codes @param {string} name @returns {Promise<Paper[]>} */
async function readAny(codes, name) {
  for (const code of codes) {
    const papers = await readPapers(code, name).catch(() => null);
    if (papers) return papers;
  }
  const [first = ""] = codes;
  if (first.includes("#proof=")) return readPapers(first, name); // and says what is wrong with it
  throw new InputProblem(`图片里的二维码不是抽奖证明，它写的是：${first.length > 60 ? `${first.slice(0, 60)}…` : first}`);
}

async function example() {
  const response = await fetch(new URL("example.json", import.meta.url));
  if (!response.ok) throw new InputProblem("例子没有取到，请检查网络。");
  return readPapers(await response.text(), "例子：一次五连抽");
}

/** @param {(files: File[]) => void} files @param {(text: string) => void} text */
function takeDrops(files, text) {
  const over = (/** @type {boolean} */ is) => document.body.classList.toggle("is-dropping", is);
  document.addEventListener("dragover", (event) => {
    event.preventDefault(); // else the browser goes to the file
    over(true);
  });
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) over(false);
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    over(false);
    const { dataTransfer: data } = event;
    if (data?.files.length) files(Array.from(data.files));
    else if (data?.getData("text/plain")) text(data.getData("text/plain"));
  });
}
