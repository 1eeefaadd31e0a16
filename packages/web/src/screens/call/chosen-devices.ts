/** Which microphone, camera and speaker the person chose for calls in this browser. */
import { listDevices, type MediaDevices } from "@kith/client/media";
import { type ReadonlySignal, signal } from "@preact/signals";

/** A kind of device. */
export type DeviceKind = "microphone" | "camera" | "speaker";

type Chosen = { readonly [K in DeviceKind]?: string };

const KEY = "kith.devices";

/** Longer ones are of no browser. */
const MAX_ID_CHARACTERS = 256;

const NONE: MediaDevices = { microphones: [], cameras: [], speakers: [] };

/** The choice, kept in the storage of this origin, and what there is to choose. */
export class ChosenDevices {
  readonly #storage: Storage;
  readonly #chosen = signal<Chosen>({});
  readonly #there = signal<MediaDevices>(NONE);

  constructor(storage: Storage) {
    this.#storage = storage;
    this.#chosen.value = readChosen(storage.getItem(KEY));
  }

  get chosen(): ReadonlySignal<Chosen> {
    return this.#chosen;
  }

  /** What is plugged in, as far as somebody `follow`s it. */
  get there(): ReadonlySignal<MediaDevices> {
    return this.#there;
  }

  choose(kind: DeviceKind, id: string): void {
    this.#chosen.value = { ...this.#chosen.value, [kind]: id };
    this.#storage.setItem(KEY, JSON.stringify(this.#chosen.value));
  }

  /** Looks at what is plugged in, now and whenever it changes. @returns what ends that. */
  follow(): () => void {
    const look = (): void => {
      listDevices().then(
        (there) => {
          this.#there.value = there;
        },
        () => {
          this.#there.value = NONE; // the browser does not say: there is nothing to choose
        },
      );
    };
    look();
    const { mediaDevices } = navigator;
    mediaDevices.addEventListener("devicechange", look);
    return () => mediaDevices.removeEventListener("devicechange", look);
  }
}

/** What another version of this page may have written is read with care. */
function readChosen(kept: string | null): Chosen {
  if (kept === null) return {};
  try {
    const value: unknown = JSON.parse(kept);
    if (typeof value !== "object" || value === null) return {};
    const known = Object.entries(value).filter(
      ([kind, id]) => ["microphone", "camera", "speaker"].includes(kind) && isId(id),
    );
    return Object.fromEntries(known);
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

function isId(id: unknown): id is string {
  return typeof id === "string" && id !== "" && id.length <= MAX_ID_CHARACTERS;
}
