/**
 * Everything outside the engine: time, randomness, disk and network.
 * The engine sees only these interfaces, so the same code runs on libp2p and LevelDB, and in simulations on memory
 * links with a fake clock. Each port has a conformance suite in `testing/` that every implementation passes.
 */
import type { RandomBytes, RelayId, RelayRef, Result } from "@kith/protocol";

/** Ends what it was returned for; calling it again does nothing. */
export type Cancel = () => void;

/** Wall time for records, monotonic time for waiting. */
export interface Clock {
  /** Unix time in ms; may jump when the person sets the clock. */
  nowMs(): number;
  /** Ms since an arbitrary start; never goes back. */
  monotonicMs(): number;
  /** Runs `task` once after `delayMs`; a task never throws. */
  after(delayMs: number, task: () => void): Cancel;
}

/** Cryptographic randomness. */
export type RandomSource = RandomBytes;

/** Bytes, or what makes them when they are written: of many changes of one key in one write only the last is made. */
export type StoreValue = Uint8Array | (() => Uint8Array);

/** One change of a batch; without `value` the key is deleted. */
export interface StoreChange {
  readonly key: string;
  readonly value?: StoreValue;
}

/** A half-open range of keys in code-unit order. */
export interface StoreRange {
  readonly gte: string;
  readonly lt: string;
  readonly reverse?: boolean;
  readonly limit?: number;
}

/** Ordered keys and values with atomic, durable batches. Keys are printable ASCII of at most 512 characters. */
export interface Store {
  get(key: string): Promise<Uint8Array | undefined>;
  /** All entries of a range, in order. */
  entries(range: StoreRange): Promise<readonly (readonly [key: string, value: Uint8Array])[]>;
  /** Writes all or nothing; resolves after the data is synced to disk. Batches commit in the order of the calls. */
  commit(changes: readonly StoreChange[]): Promise<void>;
  close(): Promise<void>;
}

/** The sealed units of files. Names are 32 hex digits; what lies here opens only with keys that are kept elsewhere. */
export interface FileVault {
  /** Opens the units of a file; a file of that name that is not there yet is empty. @throws VaultError. */
  open(name: string): Promise<VaultFile>;
  /** Deletes a file, open or not, if there is one. */
  remove(name: string): Promise<void>;
  /** The names of all files. */
  list(): Promise<readonly string[]>;
}

/** The units of one file. Writing the same unit again replaces it; reads and writes of different units may overlap. */
export interface VaultFile {
  /** Fills `into` from the beginning of a unit. @returns the bytes that were there; the rest of `into` means nothing. */
  read(unit: number, into: Uint8Array): Promise<number>;
  /** @param sealed at most 1,049,600 bytes; may be changed by the caller once this resolves. @throws VaultError. */
  write(unit: number, sealed: Uint8Array): Promise<void>;
  /** Resolves when everything that was written is on disk. @throws VaultError. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Files of this machine that are sent from where they lie. */
export interface FileSources {
  /** Null when there is no readable file. */
  open(path: string): Promise<FileSource | null>;
}

/** An open file of this machine. */
export interface FileSource {
  readonly sizeBytes: number;
  /** When it was changed last, Unix ms. */
  readonly modifiedMs: number;
  /** Fills `into` from `offset` on. @returns the bytes read; fewer only at the end, or when it cannot be read. */
  read(offset: number, into: Uint8Array): Promise<number>;
  close(): Promise<void>;
}

/** The protocols peers speak: store-and-forward, directory, envelopes handed over directly, and the bytes of files. */
export type KithProtocol = "relay" | "directory" | "direct" | "file";

/**
 * Which throw-away identity a channel is opened under, so that a relay cannot join a person's roles:
 * `box` (own request box), `receive` (own queues), `send` (contacts' queues), `once` (a fresh one for this channel).
 * `node` is no person's: the listening identity, by which directory nodes know each other from the DHT; a process that
 * does not listen has a throw-away one for it.
 */
export type ClientIdentity = "box" | "receive" | "send" | "once" | "node";

/** Why a channel could not be opened or a request got no answer; none of them says anything about the remote's state. */
export type LinkError =
  | { readonly code: "unreachable"; readonly tried: readonly string[] }
  | { readonly code: "timeout" }
  | { readonly code: "closed" }
  | { readonly code: "unsupported" }
  | { readonly code: "frame-too-large"; readonly limit: number };

/** Requests and answers over one stream; many requests may be under way at once. */
export interface Channel {
  readonly peer: RelayId;
  /** True when the other end is this process's own relay, reached without a network. */
  readonly isOwn: boolean;
  request(frame: Uint8Array, timeoutMs?: number): Promise<Result<Uint8Array, LinkError>>;
  /** Frames the other side sends unasked, in order. At most one listener. */
  onPush(listener: (frame: Uint8Array) => void): void;
  onClose(listener: () => void): void;
  close(): void;
}

/** The serving end of a channel. */
export interface InboundChannel {
  /** The remote's IP address, for rate limits and dial-back; null inside one process. */
  readonly remoteAddress: string | null;
  readonly isOwn: boolean;
  /** Sends a frame unasked; a peer that does not read is cut off once the bound is reached. */
  push(frame: Uint8Array): void;
  onClose(listener: () => void): void;
}

/** Makes the request handler of a new inbound channel. A handler always answers and never throws. */
export type Acceptor = (inbound: InboundChannel) => (request: Uint8Array) => Promise<Uint8Array>;

/** Channels to peers, and serving them. */
export interface Network {
  open(target: RelayRef, protocol: KithProtocol, identity: ClientIdentity): Promise<Result<Channel, LinkError>>;
  /** Serves a protocol on the listening identity; one acceptor a protocol. */
  serve(protocol: KithProtocol, acceptor: Acceptor): void;
  /** The listening identity and its current addresses; null when this process listens nowhere. */
  self(): RelayRef | null;
  /** Peers met on the local network since start. */
  nearby(): readonly RelayRef[];
  /** Called at each change of `self` or `nearby`. */
  onChange(listener: () => void): void;
}

/** The DHT as routing layer only. */
export interface Routing {
  /** Peers whose ids are closest to the key and who serve the directory; empty when nobody is known. */
  closestPeers(key: Uint8Array): Promise<readonly RelayRef[]>;
  /**
   * About how many nodes there are, as far as this one can tell without asking and without counting those round the key;
   * 0 when nobody is known.
   */
  estimatedNodes(key: Uint8Array): number;
}

/** Dials an address once to learn whether it can be reached from here. */
export interface Prober {
  probe(target: RelayRef): Promise<boolean>;
}
