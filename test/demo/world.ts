/** The cast of the demonstration: three relays and four people, with folders, ports and a network of their own. */
import { randomBytes, randomInt } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { connectNode } from "@kith/node";
import { Person } from "./person.ts";
import type { NodeProcess, Processes } from "./processes.ts";
import type { Transcript } from "./transcript.ts";

/**
 * What the demonstration changes in the network's parameters, so that it takes minutes less of work and waiting. A device
 * may take its time to answer directly: how busy the machine is decides nothing here.
 */
export const PARAMETERS = {
  claimBits: 16,
  directTimeoutMs: 20_000,
  receiptDelayMs: 1000,
  retryFirstMs: 1000,
  relayWork: { create: 12, bundleGet: 10, boxPut: 12 },
} as const;

/** Sockets on this machine only, and nobody else's nodes. */
const PLACE = ["--listen", "127.0.0.1", "--no-mdns"] as const;

/** Ports of the cast lie in a row from here, away from those of a node that somebody uses on this machine. */
const PORTS = { first: 21_000, last: 31_000, perNode: 3 } as const;

/** A relay of the demonstration. */
export interface DemoRelay {
  readonly name: string;
  readonly dataFolder: string;
  readonly ports: readonly string[];
  /** A TCP address with its PeerId. */
  readonly address: string;
  readonly process: NodeProcess;
}

/** Totals a relay tells about itself. */
export interface RelayTotals {
  readonly queues: number;
  readonly queueBytes: number;
  readonly boxes: number;
  readonly envelopesStored: number;
  readonly envelopesRemoved: number;
}

/** Everything the steps work on. */
export class World {
  readonly program: string;
  readonly folder: string;
  readonly processes: Processes;
  readonly transcript: Transcript;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly relays: DemoRelay[] = [];
  /** In every text that is sent: what nobody but the two ends may hold. */
  readonly marker: string = `secret-${randomBytes(8).toString("hex")}`;
  readonly sender: Person;
  readonly recipient: Person;
  readonly stranger: Person;
  /** Takes part in the group, and is removed from it. */
  readonly friend: Person;
  #nextPort: number = randomInt(PORTS.first, PORTS.last);

  /** @param options `parameters` are for the network file; those of the demonstration when left out. */
  constructor(options: {
    program: string;
    folder: string;
    processes: Processes;
    transcript: Transcript;
    parameters?: Readonly<Record<string, unknown>>;
  }) {
    this.parameters = options.parameters ?? PARAMETERS;
    this.program = options.program;
    this.folder = options.folder;
    this.processes = options.processes;
    this.transcript = options.transcript;
    this.sender = this.#person("sender", "Ada_demo_01");
    this.recipient = this.#person("recipient", "Bob_demo_02");
    this.stranger = this.#person("stranger", "");
    this.friend = this.#person("friend", "");
  }

  /** Everybody. */
  get people(): readonly Person[] {
    return [...this.named, this.stranger, this.friend];
  }

  /** Those who claim a handle. */
  get named(): readonly Person[] {
    return [this.sender, this.recipient];
  }

  /** Where the network file is. */
  get networkPath(): string {
    return join(this.folder, "network.json");
  }

  /** Writes the network file with the relays that are known now. */
  async writeNetwork(): Promise<void> {
    const seedRelays = this.relays.map(({ address }) => address);
    await writeFile(this.networkPath, JSON.stringify({ netId: "demo", parameters: this.parameters, seedRelays }));
  }

  /** Starts a relay that knows the ones started before it. */
  async startRelay(name: string): Promise<DemoRelay> {
    const dataFolder = join(this.folder, name);
    const ports = this.#takePorts();
    const process = await this.#startRelayProcess({ name, dataFolder, ports });
    const relay = { name, dataFolder, ports, address: tcpAddress(process.ready), process };
    this.relays.push(relay);
    await this.writeNetwork();
    return relay;
  }

  /** Starts a relay again that has ended, with its folder and ports. */
  async restartRelay(name: string): Promise<void> {
    const index = this.relays.findIndex((relay) => relay.name === name);
    const relay = this.relays[index];
    if (relay === undefined) throw new TypeError(`there is no ${name}`);
    this.relays[index] = { ...relay, process: await this.#startRelayProcess(relay) };
  }

  /** What a relay says about itself. */
  async totalsOf(relay: DemoRelay): Promise<RelayTotals> {
    const client = await connectNode(relay.dataFolder);
    try {
      const { relay: totals } = await client.call("node.status", {});
      return totals as unknown as RelayTotals;
    } finally {
      client.close();
    }
  }

  #startRelayProcess({
    name,
    dataFolder,
    ports,
  }: Pick<DemoRelay, "name" | "dataFolder" | "ports">): Promise<NodeProcess> {
    const options = ["--data", dataFolder, "--network", this.networkPath, ...PLACE, ...ports];
    return this.processes.start(name, ["relay", ...options]);
  }

  #person(name: string, handle: string): Person {
    const { program, processes } = this;
    const port = this.#nextPort + 2;
    const startOptions = [
      "--network",
      this.networkPath,
      ...PLACE,
      ...this.#takePorts(),
      "--page-port",
      String(port),
      "--no-peer-page",
    ];
    return new Person({ name, handle, dataFolder: join(this.folder, name), program, processes, startOptions });
  }

  #takePorts(): readonly string[] {
    const port = this.#nextPort;
    this.#nextPort += PORTS.perNode;
    return ["--port", String(port), "--ws-port", String(port + 1)];
  }
}

function tcpAddress(ready: Readonly<Record<string, unknown>>): string {
  const { listening } = ready.status as { listening: readonly string[] };
  const address = listening.find((each) => /\/tcp\/\d+\/p2p\//.test(each));
  if (address === undefined) throw new Error("the relay listens on no TCP address");
  return address;
}
