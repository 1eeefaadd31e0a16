/** A running node around a fake client, without a network. */
import { DEFAULT_NETWORK_PARAMETERS, type LocalFiles, MessengerError } from "@kith/client";
import type { DoctorCheck, NodeStatus, PersonalNode } from "../daemon/node-contract.ts";
import type { PeerNetwork } from "../daemon/page-origin.ts";
import type { RelayMetrics } from "../relay/index.ts";
import { FakeClient } from "./fake-client.ts";

/** What a relay counts, with a number of queues. */
export function createFakeMetrics(queues = 3): RelayMetrics {
  return {
    queues,
    queueBytes: 0,
    boxes: 0,
    boxBytes: 0,
    blobSpaces: 0,
    blobBytes: 0,
    channels: 0,
    requests: 0,
    envelopesStored: 0,
    envelopesRemoved: 0,
    envelopesExpired: 0,
    envelopesMissing: 0,
    refusals: 0,
  };
}

/** Counts its stops. */
export class FakeNode implements PersonalNode {
  readonly client: FakeClient;
  stops = 0;
  readonly erased: Promise<void> = new Promise(() => undefined);
  /** What files do here; a test sets what it needs. */
  localFiles: LocalFiles = {
    sendPath: () => Promise.reject(new MessengerError("FILE_UNREADABLE", "there are no files here")),
    open: () => Promise.reject(new MessengerError("MESSAGE_UNKNOWN", "there are no files here")),
  };
  checks: readonly DoctorCheck[] = [{ subject: "relays", state: "warn", found: "0 connected" }];
  readonly #listeners: (() => void)[] = [];

  constructor(client: FakeClient = new FakeClient()) {
    this.client = client;
  }

  async status(): Promise<NodeStatus> {
    return {
      version: "0.1.0",
      netId: "test",
      startedAtMs: 0,
      listening: ["/ip4/127.0.0.1/tcp/5484/p2p/12D3"],
      relayId: "12D3",
      peers: 2,
      dhtPeers: 1,
      nearby: 0,
      relay: { queues: 3 },
      overriddenParameters: [],
    };
  }

  files(): LocalFiles {
    return this.localFiles;
  }

  async doctor(): Promise<readonly DoctorCheck[]> {
    return this.checks;
  }

  peerNetwork(): PeerNetwork {
    return { parameters: DEFAULT_NETWORK_PARAMETERS, relays: ["/ip4/127.0.0.1/tcp/5485/ws/p2p/12D3"] };
  }

  async stop(): Promise<void> {
    this.stops += 1;
    this.fail();
  }

  onStopped(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Lets the node stop by itself. */
  fail(): void {
    for (const listener of this.#listeners.splice(0)) listener();
  }
}
