/** A person in a browser: a page of its own with the real client in it, driven from the test. */
import type { ClientEvent, MethodName, Methods } from "@kith/client";
import type { MessengerOptions } from "@kith/client/browser";
import type { BrowserContext, Page } from "playwright-core";

/** Options as they can be handed to a page. */
export type PeerOptions = Pick<MessengerOptions, "name" | "parameters" | "relays" | "acceptsWipe">;

/** What a call in the page came to. */
type Outcome<T> = { readonly value: T } | { readonly code: string; readonly rule: string | undefined };

/** Rejection of a call in the page. */
export class PeerError extends Error {
  readonly code: string;
  readonly rule: string | undefined;

  constructor(code: string, rule: string | undefined) {
    super(code);
    this.code = code;
    this.rule = rule;
  }
}

function settle<T>(outcome: Outcome<T>): T {
  if ("code" in outcome) throw new PeerError(outcome.code, outcome.rule);
  return outcome.value;
}

/** One page with at most one messenger. */
export class BrowserPeer {
  readonly page: Page;
  /** Uncaught errors and violations of the policy. */
  readonly faults: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on("pageerror", (error) => this.faults.push(error.message));
    page.on("console", (message) => {
      if (/Content Security Policy|TrustedScript/i.test(message.text())) this.faults.push(message.text());
    });
  }

  /** Opens a page of the context; the messenger comes with `open`. */
  static async visit(context: BrowserContext, url: string): Promise<BrowserPeer> {
    const peer = new BrowserPeer(await context.newPage());
    await peer.page.goto(url);
    await peer.ready();
    return peer;
  }

  /** Waits until the script of the page has run. */
  async ready(): Promise<void> {
    await this.page.waitForFunction(() => "kith" in window);
  }

  /** Loads the page again, as a person does; whatever ran in it is gone. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.ready();
  }

  /** Opens the messenger of this page. @throws PeerError with the code it was refused with. */
  async open(options: PeerOptions): Promise<void> {
    const outcome = await this.page.evaluate(async (given): Promise<Outcome<null>> => {
      try {
        window.kith.messenger = await window.kith.createMessenger(given);
        return { value: null };
      } catch (error) {
        if (!(error instanceof window.kith.MessengerError)) throw error;
        return { code: error.code, rule: error.details.rule };
      }
    }, options);
    settle(outcome);
  }

  /** Stops the messenger of this page. */
  async stop(): Promise<void> {
    await this.page.evaluate(() => window.kith.messenger?.stop());
  }

  /** Calls a method of the messenger. @throws PeerError with the code it was refused with. */
  async call<M extends MethodName>(method: M, params: Methods[M]["params"]): Promise<Methods[M]["result"]> {
    const outcome = await this.page.evaluate(
      async ([name, given]): Promise<Outcome<unknown>> => {
        try {
          return { value: await window.kith.messenger?.call(name as MethodName, given as never) };
        } catch (error) {
          if (!(error instanceof window.kith.MessengerError)) throw error;
          return { code: error.code, rule: error.details.rule };
        }
      },
      [method, params] as const,
    );
    return settle(outcome) as Methods[M]["result"];
  }

  /** The events the messenger has kept, from the oldest on. */
  async events(): Promise<readonly ClientEvent[]> {
    return await this.page.evaluate(async () => {
      const read: ClientEvent[] = [];
      const stop = new AbortController();
      const last = setTimeout(() => stop.abort(), 200);
      for await (const event of window.kith.messenger?.events(0, stop.signal) ?? []) read.push(event);
      clearTimeout(last);
      return read;
    });
  }
}
