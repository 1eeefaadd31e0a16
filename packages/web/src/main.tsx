/** Starts the page: the token from the address, the language, the connection, the first drawing. */
import "./styles/fonts.css";
import "./styles/tokens.css";
import "./styles/base.css";
import { render } from "preact";
import { App } from "./app/app.tsx";
import { AppUpdates } from "./state/app-updates.ts";
import { MessengerState } from "./state/messenger-state.ts";
import { takeTokenFromAddress } from "./state/owner-token.ts";
import { Preferences } from "./state/preferences.ts";

async function start(): Promise<void> {
  takeTokenFromAddress();
  const preferences = await Preferences.load(localStorage, navigator.languages);
  // A link with the token may have been opened in this tab while the language was loading.
  takeTokenFromAddress();
  const url = new URL("/rpc", location.href);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  url.hash = "";
  const messenger = new MessengerState(preferences, url.href);
  // A new link opened in the same tab changes only the part after the sign.
  addEventListener("hashchange", () => {
    if (takeTokenFromAddress()) messenger.link.redial();
    messenger.router.sync();
  });
  addEventListener("online", () => messenger.link.dial());
  messenger.start();
  const root = document.getElementById("app");
  if (root === null) throw new TypeError("the page has no root");
  const updates = new AppUpdates();
  render(<App messenger={messenger} updates={updates} />, root);
  await updates.start();
}

void start();
