/** The owner token: comes once in the address of the page, is kept by this browser for this origin. */

const TOKEN_KEY = "kith.token";

/** What may stand in the name of a WebSocket subprotocol. */
const TOKEN = /^[A-Za-z0-9._~-]{16,256}$/;

/** Takes the token out of the address bar, so that it stays in no history and no screenshot. */
export function takeTokenFromAddress(): boolean {
  const [, token] = /^#t=(.*)$/.exec(location.hash) ?? [];
  if (token === undefined) return false;
  history.replaceState(null, "", `${location.pathname}#/`);
  if (!TOKEN.test(token)) return false;
  localStorage.setItem(TOKEN_KEY, token);
  return true;
}

/** The token this browser has, if any. */
export function ownerToken(): string | null {
  const token = localStorage.getItem(TOKEN_KEY);
  return token !== null && TOKEN.test(token) ? token : null;
}

/** Forgets the token: this browser can no longer drive the node. */
export function forgetToken(): void {
  localStorage.removeItem(TOKEN_KEY);
}
