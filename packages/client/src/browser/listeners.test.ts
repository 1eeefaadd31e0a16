import { describe, expect, it } from "vitest";
import type { Client, ClientEvent } from "../client.ts";
import { Listeners } from "./listeners.ts";

function deleted(seq: number): ClientEvent {
  return { seq, atMs: 1, type: "contact.deleted", account: `kith1${seq}` };
}

/** Events that the test hands out; `lock` ends every reading, as the lock of an account does. */
class Source {
  readonly #kept: ClientEvent[] = [];
  isOpen = true;
  #wake: () => void = () => undefined;

  events: Client["events"] = async function* (this: Source, after: number, signal: AbortSignal) {
    if (!this.isOpen) throw new Error("no account is open");
    let last = after < 0 ? this.#kept.length : after;
    while (this.isOpen && !signal.aborted) {
      const event = this.#kept[last];
      if (event === undefined) await this.#change(signal);
      else {
        last = event.seq;
        yield event;
      }
    }
  }.bind(this);

  emit(): void {
    this.#kept.push(deleted(this.#kept.length + 1));
    this.#wake();
  }

  lock(): void {
    this.isOpen = false;
    this.#wake();
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      signal.addEventListener("abort", () => resolve());
    });
  }
}

function listen(source: Source) {
  const errors: unknown[] = [];
  const heard: number[] = [];
  const listeners = new Listeners(source.events, (error) => errors.push(error));
  return { listeners, errors, heard };
}

/** Everything that waits for nothing but promises has run. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("Listeners", () => {
  it("hears the events of its type from then on, in order, until it is taken away", async () => {
    const source = new Source();
    source.emit();
    const { listeners, heard } = listen(source);
    const cancel = listeners.add("contact.deleted", ({ seq }) => heard.push(seq));
    listeners.add("message.received", () => heard.push(-1));
    source.emit();
    source.emit();
    await settle();
    cancel();
    source.emit();
    await settle();
    expect(heard).toEqual([2, 3]);
  });

  it("waits for an account and hears what happens after it opens", async () => {
    const source = new Source();
    source.isOpen = false;
    const { listeners, heard } = listen(source);
    listeners.add("contact.deleted", ({ seq }) => heard.push(seq));
    await settle();
    source.isOpen = true;
    listeners.start();
    source.emit();
    await settle();
    expect(heard).toEqual([1]);
  });

  it("goes on after a lock with what it had not heard, and hears nothing twice", async () => {
    const source = new Source();
    const { listeners, heard } = listen(source);
    listeners.add("contact.deleted", ({ seq }) => heard.push(seq));
    source.emit();
    await settle();
    source.lock();
    source.emit();
    source.isOpen = true; // before the reading has noticed that it ended
    listeners.start();
    await settle();
    expect(heard).toEqual([1, 2]);
  });

  it("reports what one listener throws and still calls the others", async () => {
    const source = new Source();
    const { listeners, heard, errors } = listen(source);
    const broken = new Error("a bug of the page");
    listeners.add("contact.deleted", () => {
      throw broken;
    });
    listeners.add("contact.deleted", ({ seq }) => heard.push(seq));
    source.emit();
    await settle();
    expect(errors).toEqual([broken]);
    expect(heard).toEqual([1]);
  });

  it("calls nobody after it was stopped", async () => {
    const source = new Source();
    const { listeners, heard } = listen(source);
    listeners.add("contact.deleted", ({ seq }) => heard.push(seq));
    listeners.stop();
    source.emit();
    await settle();
    expect(heard).toEqual([]);
  });
});
