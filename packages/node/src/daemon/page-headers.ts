/** What every answer of a page says to the browser: where its parts may come from and what it may reach. */

/** @param connect where the page may connect to beside its own origin, for example `ws:`. */
export function pageHeaders(connect: readonly string[] = []): Readonly<Record<string, string>> {
  return Object.freeze({
    "Content-Security-Policy": [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "font-src 'self'",
      "img-src 'self' data: blob:",
      "media-src blob:",
      ["connect-src 'self'", ...connect].join(" "),
      "manifest-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      // The one policy of the app, which knows the address of its service worker and nothing else.
      "trusted-types kith",
    ].join("; "),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
  });
}
