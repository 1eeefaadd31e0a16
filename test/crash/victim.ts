/** A process that is killed and brought back, whatever it is. */
import type { Person } from "../demo/person.ts";
import type { World } from "../demo/world.ts";

/** One process of a world. */
export class Victim {
  readonly name: string;
  readonly #kill: () => Promise<unknown>;
  readonly #start: () => Promise<unknown>;
  #isUp = true;
  #revival: Promise<void> = Promise.resolve();

  constructor(name: string, kill: () => Promise<unknown>, start: () => Promise<unknown>) {
    this.name = name;
    this.#kill = kill;
    this.#start = start;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** Resolves when the process is up again, or at once when it is. */
  get revival(): Promise<void> {
    return this.#revival;
  }

  /** Ends the process with SIGKILL. */
  async kill(): Promise<void> {
    this.#isUp = false;
    await this.#kill();
  }

  /** Starts the process again. */
  async start(): Promise<void> {
    await this.#start();
    this.#isUp = true;
  }

  /** Kills, and starts again `downMs` later without waiting for it. */
  strike(downMs: number): void {
    this.#isUp = false;
    this.#revival = (async () => {
      await this.#kill();
      await new Promise((resolve) => setTimeout(resolve, downMs));
      await this.start();
    })();
    // Whoever waits for the revival is told; nobody may be waiting yet.
    this.#revival.catch(() => undefined);
  }
}

/** The node of a person. */
export function personVictim(person: Person): Victim {
  return new Victim(
    person.name,
    () => person.end("SIGKILL"),
    () => person.start(),
  );
}

/** A relay, by its place in the world. */
export function relayVictim(world: World, index: number): Victim {
  const { name } = relayAt(world, index);
  return new Victim(
    name,
    () => relayAt(world, index).process.end("SIGKILL"),
    () => world.restartRelay(name),
  );
}

function relayAt({ relays }: World, index: number): World["relays"][number] {
  const relay = relays[index];
  if (relay === undefined) throw new TypeError(`there is no relay ${index}`);
  return relay;
}
