/**
 * A plugin for the bundler: tells the service worker which files make up this version. Fonts beyond the Latin ones are
 * left out; they are kept when they are first shown.
 */
import { createHash } from "node:crypto";

const WORKER = "sw.js";
const IS_KEPT = /\.(?:js|css|woff2)$/;
const IS_RARE_FONT = /(?:arabic|devanagari|latin-ext)[^/]*\.woff2$/;

/** Bytes of a chunk or an asset. */
function contentOf(file) {
  return file.type === "chunk" ? file.code : file.source;
}

/** @returns {import("vite").Plugin} */
export function keepFiles() {
  return {
    name: "kith-keep-files",
    apply: "build",
    enforce: "post",
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        const worker = bundle[WORKER];
        const page = bundle["index.html"];
        if (worker?.type !== "chunk" || page === undefined) throw new TypeError("the build has no worker or no page");
        const names = Object.keys(bundle)
          .filter((name) => name !== WORKER && IS_KEPT.test(name))
          .sort();
        const kept = names.filter((name) => !IS_RARE_FONT.test(name));
        const hash = createHash("sha256");
        for (const name of [...names, "index.html"]) hash.update(name).update(contentOf(bundle[name]));
        hash.update(worker.code);
        worker.code = worker.code
          .replaceAll("__KITH_FILES__", JSON.stringify(["/", ...kept.map((name) => `/${name}`)]))
          .replaceAll("__KITH_VERSION__", JSON.stringify(hash.digest("hex").slice(0, 16)));
      },
    },
  };
}
