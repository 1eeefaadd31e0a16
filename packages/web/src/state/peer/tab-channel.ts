/**
 * How the tabs of one origin find the one that holds the engine. All listen on one channel; a tab and the leader then
 * talk over a channel of their own, in JSON-RPC lines.
 */
import type { LineCarrier } from "@kith/client/rpc";

/** Changes when tabs of different versions would misunderstand each other. */
export const TABS_VERSION = 1;

const PREFIX = "kith.tab.";
const COMMON = "kith.tabs";

/** What tabs say to each other. `leads`: the engine is open, whoever waits may come. `hello`: the tab wants to be served.
 * `welcome`: the tab is served from now on. */
export interface TabNotice {
  readonly kind: "leads" | "hello" | "welcome";
  readonly tab: string;
  readonly version: number;
}

/** The channel all tabs listen on. */
export function openTabs(onNotice: (notice: TabNotice) => void): BroadcastChannel {
  const channel = new BroadcastChannel(COMMON);
  channel.addEventListener("message", ({ data }) => {
    if (isNotice(data)) onNotice(data);
  });
  return channel;
}

function isNotice(data: unknown): data is TabNotice {
  if (typeof data !== "object" || data === null) return false;
  const { kind, tab, version } = data as Partial<TabNotice>;
  return ["leads", "hello", "welcome"].includes(kind ?? "") && typeof tab === "string" && typeof version === "number";
}

/** The lock that a tab holds for its life, so that the leader learns when it is gone. */
export function tabLock(tab: string): string {
  return PREFIX + tab;
}

/** One end of the lines between a tab and the leader. */
export class TabCarrier implements LineCarrier {
  readonly #channel: BroadcastChannel;
  readonly #early: string[] = [];
  #onLine: ((line: string) => void) | null = null;
  #onClose: (() => void) | null = null;
  #isClosed = false;

  constructor(tab: string) {
    this.#channel = new BroadcastChannel(PREFIX + tab);
    this.#channel.addEventListener("message", ({ data }) => {
      if (typeof data === "string") this.#take(data);
      else this.#end();
    });
  }

  async send(line: string): Promise<void> {
    if (!this.#isClosed) this.#channel.postMessage(line);
  }

  onLine(listener: (line: string) => void): void {
    this.#onLine = listener;
    for (const line of this.#early.splice(0)) listener(line);
  }

  onClose(listener: () => void): void {
    this.#onClose = listener;
    if (this.#isClosed) listener();
  }

  close(): void {
    if (!this.#isClosed) this.#channel.postMessage(null);
    this.#end();
  }

  /** Closes without telling an other end that is gone, or that has begun anew. */
  abandon(): void {
    this.#end();
  }

  #take(line: string): void {
    if (this.#isClosed) return;
    if (this.#onLine === null) this.#early.push(line);
    else this.#onLine(line);
  }

  #end(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#channel.close();
    this.#onClose?.();
  }
}
