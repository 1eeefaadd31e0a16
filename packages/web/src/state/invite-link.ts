/** An invite or the link of a group in the address of the page, as `#i=…` or `#g=…`: taken out at once, so that it stays in no history. */

/** What either is made of after its prefix; the engine applies the exact rules. */
const PAYLOAD = /^#([ig])=([\w-]{1,4096})$/;

/** What is in the address, as `kith:i/…` or `kith:g/…`, or null. */
export function takeInviteFromAddress(): string | null {
  const [, kind, payload] = PAYLOAD.exec(location.hash) ?? [];
  if (payload === undefined) return null;
  history.replaceState(null, "", `${location.pathname}${location.search}#/`);
  return `kith:${kind}/${payload}`;
}
