/**
 * The library, as the files of a mini-program's npm package.
 *
 * esbuild splits what several entries share into chunks of its own only for ES modules, which a mini-program does not
 * load. So it makes ES modules first, and each of these then becomes a CommonJS module: the core is there once, however
 * many components use it.
 */

import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";
import { LIB, packages, TARGET, WASM } from "./paths.mjs";

/** The wheel and the proof are components, with files beside their script. */
const ENTRIES = ["index", "core/index", "wheel/index", "proof/index"];
const BESIDE = /\.(json|wxml|wxss|wxs|png)$/;

const esbuild = packages("esbuild");

/** @param {string} dist folder of the package, made anew */
export async function buildLibrary(dist) {
  const entries = ENTRIES.filter((entry) => fs.existsSync(path.join(LIB, `${entry}.js`)));
  const { outputFiles } = await esbuild.build({
    entryPoints: Object.fromEntries(entries.map((entry) => [entry, path.join(LIB, `${entry}.js`)])),
    inject: [path.join(LIB, "core/text-codec.js")],
    outdir: dist,
    bundle: true,
    splitting: true,
    format: "esm",
    target: TARGET,
    charset: "utf8",
    chunkNames: "shared/[hash]",
    minify: true,
    write: false,
    logLevel: "warning",
  });
  fs.rmSync(dist, { recursive: true, force: true });
  for (const { path: file, text } of outputFiles) {
    const { code } = await esbuild.transform(text, { format: "cjs", target: TARGET, charset: "utf8", minify: true });
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, code);
  }
  for (const folder of ["wheel", "proof"].filter((name) => fs.existsSync(path.join(LIB, name)))) {
    for (const name of fs.readdirSync(path.join(LIB, folder)).filter((each) => BESIDE.test(each))) {
      fs.mkdirSync(path.join(dist, folder), { recursive: true });
      fs.copyFileSync(path.join(LIB, folder, name), path.join(dist, folder, name));
    }
  }
  // WXWebAssembly unpacks it by itself.
  const packed = zlib.brotliCompressSync(fs.readFileSync(WASM), { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 11 } });
  fs.writeFileSync(path.join(dist, "core/fairwheel.wasm.br"), packed);
}
