/** Pictures of people and groups, read from the engine when they are first drawn. */
import { MessengerError, type Methods } from "@kith/client/rpc";
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { MessengerLink } from "./messenger-link.ts";

/** Pictures kept; those drawn longest ago are read once more. */
const MAX_KEPT = 200;

type Read = () => Promise<Methods["profile.picture"]["result"]>;

/** All pictures of this page. */
export class Pictures {
  readonly #link: MessengerLink;
  readonly #kept = new Map<string, Signal<string | null>>();

  constructor(link: MessengerLink) {
    this.#link = link;
  }

  /** An address of the picture within this page; null until it is here. @param who undefined for the own one. */
  of(who: string | undefined, id: string): ReadonlySignal<string | null> {
    return this.#keep(`${who}/${id}`, () => this.#link.call("profile.picture", who === undefined ? {} : { who }));
  }

  /** The same of a group. */
  ofGroup(group: string, id: string): ReadonlySignal<string | null> {
    return this.#keep(`${group}/${id}`, () => this.#link.call("group.picture", { group }));
  }

  #keep(key: string, read: Read): ReadonlySignal<string | null> {
    const known = this.#kept.get(key);
    const picture = known ?? signal(null);
    this.#kept.delete(key);
    this.#kept.set(key, picture);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MAX_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    if (known === undefined) void this.#read(read, picture);
    return picture;
  }

  clear(): void {
    this.#kept.clear();
  }

  async #read(read: Read, into: Signal<string | null>): Promise<void> {
    try {
      const { picture } = await read();
      if (picture !== null) into.value = `data:${picture.mediaType};base64,${picture.data}`;
    } catch (error) {
      // Without it the drawing of the account stays.
      if (!(error instanceof MessengerError)) throw error;
    }
  }
}
