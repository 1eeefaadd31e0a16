/**
 * A plugin for the bundler: writes the policy of the app into its page, for hosts that send files and nothing else. A
 * node and a relay send a stricter one of their own; browsers apply both.
 */

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data: blob:",
  "media-src blob:",
  // Relays are anywhere: sockets to them are what a peer is.
  "connect-src 'self' ws: wss:",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types kith",
].join("; ");

/** @returns {import("vite").Plugin} */
export function strictPolicy() {
  return {
    name: "kith-strict-policy",
    apply: "build",
    transformIndexHtml: () => [
      {
        tag: "meta",
        attrs: { "http-equiv": "Content-Security-Policy", content: POLICY },
        injectTo: "head-prepend",
      },
    ],
  };
}
