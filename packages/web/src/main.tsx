/** Starts the page: what came in the address, the language, what the origin offers, the first drawing. */
import "./styles/fonts.css";
import "./styles/tokens.css";
import "./styles/base.css";
import { render } from "preact";
import { App } from "./app/app.tsx";
import { AppUpdates } from "./state/app-updates.ts";
import { beginAgainOnMiss } from "./state/begin-again.ts";
import { takeInviteFromAddress } from "./state/invite-link.ts";
import type { LinkListener, MessengerLink } from "./state/messenger-link.ts";
import { MessengerState } from "./state/messenger-state.ts";
import { NodeLink } from "./state/node-link.ts";
import { NowhereLink } from "./state/nowhere-link.ts";
import { type Origin, readOrigin } from "./state/origin.ts";
import { ownerToken, takeTokenFromAddress } from "./state/owner-token.ts";
import { PeerLink } from "./state/peer/peer-link.ts";
import { Preferences } from "./state/preferences.ts";

/** The address of the connection to the node that served this page. */
function nodeUrl(): string {
  const url = new URL("/rpc", location.href);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  url.hash = "";
  return url.href;
}

function makeLink(origin: Origin, listener: LinkListener): MessengerLink {
  switch (origin.mode) {
    case "node":
      return new NodeLink({ ...listener, url: nodeUrl(), token: ownerToken });
    case "peer":
      return new PeerLink({ ...listener, network: origin.network });
    case "unknown":
      return new NowhereLink(origin.reason === "version" ? "version" : "unreachable");
  }
}

/** Takes what the address brought: the key to a node, or an invite. */
function takeAddress(messenger: MessengerState): void {
  if (messenger.isPeer) {
    messenger.invite.value = takeInviteFromAddress() ?? messenger.invite.value;
  } else if (takeTokenFromAddress()) messenger.link.redial();
  messenger.router.sync();
}

async function start(): Promise<void> {
  let isInCall = (): boolean => false;
  beginAgainOnMiss(() => !isInCall());
  const [preferences, origin] = await Promise.all([
    Preferences.load(localStorage, navigator.languages),
    readOrigin(localStorage),
  ]);
  if (origin.mode === "peer") preferences.speakAsPeer();
  // Not waited for: what is drawn first has its words, and what needs the others asks for them again.
  preferences.loadWhole().catch(() => undefined);
  if (origin.mode === "node") takeTokenFromAddress();
  const messenger = new MessengerState(preferences, origin, (listener) => makeLink(origin, listener));
  isInCall = () => messenger.calls.isLive;
  takeAddress(messenger);
  // A new link opened in the same tab changes only the part after the sign.
  addEventListener("hashchange", () => takeAddress(messenger));
  addEventListener("online", () => messenger.link.dial());
  // A page that comes back from the browser's memory has lost its locks and connections.
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) location.reload();
  });
  const root = document.getElementById("app");
  if (root === null) throw new TypeError("the page has no root");
  const updates = new AppUpdates();
  render(<App messenger={messenger} updates={updates} />, root);
  messenger.start();
  await updates.start();
}

void start();
