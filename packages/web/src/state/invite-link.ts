/** An invite in the address of the page, as `#i=…`: taken out at once, so that it stays in no history. */

/** What an invite is made of after its prefix; the engine applies the exact rules. */
const PAYLOAD = /^#i=([\w-]{1,4096})$/;

/** The invite in the address, as `kith:i/…`, or null. */
export function takeInviteFromAddress(): string | null {
  const [, payload] = PAYLOAD.exec(location.hash) ?? [];
  if (payload === undefined) return null;
  history.replaceState(null, "", `${location.pathname}${location.search}#/`);
  return `kith:i/${payload}`;
}
