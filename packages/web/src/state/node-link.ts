/** The connection to the person's node: dialled, watched, dialled again. Knows nothing of what is said over it. */
import {
  type ClientEvent,
  connectClient,
  MessengerError,
  type MethodName,
  type Methods,
  type RpcClient,
} from "@kith/client/rpc";
import { type ReadonlySignal, signal } from "@preact/signals";
import type { LinkListener, LinkState, MessengerLink } from "./messenger-link.ts";
import { CLOSED_UNAUTHORISED, dialNode } from "./socket-carrier.ts";

/** What a link needs. */
export interface NodeLinkOptions extends LinkListener {
  readonly url: string;
  readonly token: () => string | null;
}

const FIRST_WAIT_MS = 400;
const MAX_WAIT_MS = 10_000;

/** One link for the life of the page. */
export class NodeLink implements MessengerLink {
  readonly #options: NodeLinkOptions;
  readonly #state = signal<LinkState>({ kind: "connecting" });
  #client: RpcClient | null = null;
  #wasOpen = false;
  #failures = 0;
  #isDialling = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: NodeLinkOptions) {
    this.#options = options;
  }

  get state(): ReadonlySignal<LinkState> {
    return this.#state;
  }

  /** Dials now, whatever was planned. */
  dial(): void {
    clearTimeout(this.#timer);
    if (this.#isDialling || this.#client !== null) return;
    const token = this.#options.token();
    if (token === null) {
      this.#state.value = { kind: "refused", hadToken: false };
      return;
    }
    this.#isDialling = true;
    void this.#connect(token).finally(() => {
      this.#isDialling = false;
    });
  }

  /** Closes the connection and dials with the token that is there now. */
  redial(): void {
    this.#failures = 0;
    if (this.#client === null) this.dial();
    else this.#client.close();
  }

  async call<M extends MethodName>(method: M, params: Methods[M]["params"]): Promise<Methods[M]["result"]> {
    if (this.#client === null) throw new MessengerError("STOPPED", "the node is not connected");
    try {
      return await this.#client.call(method, params);
    } catch (error) {
      const isShut = error instanceof MessengerError && ["ACCOUNT_LOCKED", "ACCOUNT_NONE"].includes(error.code);
      if (isShut) this.#options.onShut();
      throw error;
    }
  }

  async *events(after: number, signal: AbortSignal): AsyncGenerator<ClientEvent> {
    if (this.#client === null) throw new MessengerError("STOPPED", "the node is not connected");
    yield* this.#client.events(after, signal);
  }

  async #connect(token: string): Promise<void> {
    const dialled = await dialNode(this.#options.url, token);
    if (!dialled.ok) return this.#lose(dialled.closeCode);
    const client = connectClient(dialled.carrier);
    client.onClose(() => {
      this.#client = null;
      this.#lose(dialled.closeCode());
    });
    try {
      const status = await client.call("account.status", {});
      this.#client = client;
      this.#failures = 0;
      this.#wasOpen = true;
      this.#options.onOpen(status);
      this.#state.value = { kind: "open" };
    } catch (error) {
      if (!(error instanceof MessengerError)) throw error;
      client.close();
    }
  }

  #lose(closeCode: number): void {
    if (closeCode === CLOSED_UNAUTHORISED) {
      this.#state.value = { kind: "refused", hadToken: true };
      return;
    }
    this.#state.value = { kind: "lost", wasOpen: this.#wasOpen };
    const waitMs = Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#failures);
    this.#failures += 1;
    clearTimeout(this.#timer);
    // Spread over half the wait, so that several tabs do not dial at once.
    this.#timer = setTimeout(() => this.dial(), waitMs * (0.75 + Math.random() / 2));
  }
}
