/**
 * The engine of this browser, for this tab: one tab holds it (a Web Lock says which), the others are served by it over
 * channels. When the holder goes, the next tab in the queue of the lock opens the engine anew and goes on.
 */
import {
  type AccountStatus,
  type Client,
  type ClientEvent,
  connectClient,
  MessengerError,
  type MethodName,
  type Methods,
} from "@kith/client/rpc";
import { type ReadonlySignal, signal } from "@preact/signals";
import type { ClosedReason, LinkListener, LinkState, MessengerLink } from "../messenger-link.ts";
import type { OfferedNetwork } from "../origin.ts";
import { closedReason } from "./closed-reason.ts";
import { findMissing } from "./find-missing.ts";
import type { ServedTabs } from "./served-tabs.ts";
import { openTabs, TABS_VERSION, TabCarrier, type TabNotice, tabLock } from "./tab-channel.ts";

/** What a link needs. */
export interface PeerLinkOptions extends LinkListener {
  readonly network: OfferedNetwork;
}

/** Whoever has it holds the engine. */
const ENGINE_LOCK = "kith.engine";

/** How long a tab waits to hold the engine or to be served before it says that another tab is in the way, in ms. */
const PATIENCE_MS = 6000;

/** One link for the life of the page. */
export class PeerLink implements MessengerLink {
  readonly #options: PeerLinkOptions;
  readonly #tab: string = crypto.getRandomValues(new Uint32Array(4)).join("-");
  readonly #state = signal<LinkState>({ kind: "connecting" });
  #tabs: BroadcastChannel | null = null;
  #client: Client | null = null;
  #carrier: TabCarrier | null = null;
  #served: ServedTabs | null = null;
  #isQueued = false;
  #wasOpen = false;
  #acceptsWipe = false;
  #patience: ReturnType<typeof setTimeout> | undefined;

  constructor(options: PeerLinkOptions) {
    this.#options = options;
  }

  get state(): ReadonlySignal<LinkState> {
    return this.#state;
  }

  dial(): void {
    if (this.#client !== null) return;
    const missing = findMissing();
    if (missing !== null) this.#close(missing);
    else if (this.#tabs === null) void this.#enter();
    else this.#approach();
  }

  redial(): void {
    if (this.#served === null) this.#lose();
    this.dial();
  }

  beginAnew(): void {
    this.#acceptsWipe = true;
    this.dial();
  }

  async call<M extends MethodName>(method: M, params: Methods[M]["params"]): Promise<Methods[M]["result"]> {
    if (this.#client === null) throw new MessengerError("STOPPED", "the engine is not open");
    try {
      return await this.#client.call(method, params);
    } catch (error) {
      const code = error instanceof MessengerError ? error.code : "";
      if (code === "ACCOUNT_LOCKED" || code === "ACCOUNT_NONE") this.#options.onShut();
      throw error;
    }
  }

  async *events(after: number, signal: AbortSignal): AsyncGenerator<ClientEvent> {
    if (this.#client === null) throw new MessengerError("STOPPED", "the engine is not open");
    yield* this.#client.events(after, signal);
  }

  /** Takes a place among the tabs. The lock of this tab comes first: it tells a leader that the tab is still there. */
  async #enter(): Promise<void> {
    this.#tabs = openTabs((notice) => this.#hear(notice));
    await new Promise<void>((resolve) => {
      const hold = (): Promise<never> => {
        resolve();
        return new Promise(() => undefined);
      };
      void navigator.locks.request(tabLock(this.#tab), hold);
    });
    this.#approach();
  }

  /** Asks to hold the engine, and meanwhile to be served. */
  #approach(): void {
    this.#wait();
    this.#say("hello");
    if (this.#isQueued) return;
    this.#isQueued = true;
    const lead = (): Promise<void> =>
      this.#lead().finally(() => {
        this.#isQueued = false;
      });
    void navigator.locks.request(ENGINE_LOCK, lead);
  }

  #say(kind: TabNotice["kind"], tab: string = this.#tab): void {
    this.#tabs?.postMessage({ kind, tab, version: TABS_VERSION } satisfies TabNotice);
  }

  #hear({ kind, tab, version }: TabNotice): void {
    if (kind === "hello") {
      if (this.#served?.admit(tab) === true) this.#say("welcome", tab);
    } else if (this.#served !== null || (kind === "welcome" && tab !== this.#tab)) return;
    else if (version !== TABS_VERSION) this.#close("version");
    else if (kind === "leads") this.#approach();
    else void this.#follow();
  }

  /** Is served by the tab that holds the engine. */
  async #follow(): Promise<void> {
    const before = this.#carrier;
    const carrier = new TabCarrier(this.#tab);
    this.#carrier = carrier;
    // Only now: the end of the carrier in use would ask the holder once more, and its answer would end the next one.
    before?.abandon();
    const client = connectClient(carrier);
    client.onClose(() => {
      if (this.#carrier !== carrier) return;
      this.#lose();
      this.#approach();
    });
    await this.#open(client);
  }

  /** Holds the engine for as long as it can be held; resolves when another tab may try. */
  async #lead(): Promise<void> {
    this.#lose();
    try {
      const engine = await import("./engine.ts").catch(() => null);
      // The page begins again by itself.
      if (engine === null) return this.#close("unreachable");
      let end = (): void => undefined;
      const ended = new Promise<void>((resolve) => {
        end = resolve;
      });
      const { messenger, tabs } = await engine.openEngine(this.#options.network, this.#acceptsWipe, end);
      this.#acceptsWipe = false;
      this.#served = tabs;
      await this.#open(messenger);
      this.#say("leads");
      await ended;
      this.#served.close();
      this.#served = null;
      this.#close("wiped");
    } catch (error) {
      this.#served = null;
      this.#close(closedReason(error));
    }
  }

  async #open(client: Client): Promise<void> {
    let status: AccountStatus;
    try {
      status = await client.call("account.status", {});
    } catch (error) {
      // The holder went away meanwhile, which the carrier has said.
      if (error instanceof MessengerError && error.code === "STOPPED") return;
      throw error;
    }
    clearTimeout(this.#patience);
    this.#client = client;
    this.#wasOpen = true;
    this.#options.onOpen(status);
    this.#state.value = { kind: "open" };
  }

  #wait(): void {
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => this.#close("busy"), PATIENCE_MS);
    if (this.#state.peek().kind === "closed") this.#state.value = { kind: "lost", wasOpen: this.#wasOpen };
  }

  #lose(): void {
    const carrier = this.#carrier;
    this.#carrier = null;
    this.#client = null;
    carrier?.abandon();
    if (this.#wasOpen) this.#state.value = { kind: "lost", wasOpen: true };
  }

  #close(reason: ClosedReason): void {
    clearTimeout(this.#patience);
    this.#client = null;
    this.#state.value = { kind: "closed", reason };
  }
}
