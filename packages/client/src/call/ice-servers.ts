/**
 * The STUN and TURN servers of a call: those at the relays that this account and the person called chose, and no others.
 * Each is asked in the name of a queue between the two, so a relay learns nothing that it does not know.
 * @see docs/spec/09-call.md (Ways)
 */
import {
  type AccountId,
  decodeAs,
  deriveOwnerSide,
  encodeAs,
  type IceOffer,
  MAX_FRAME_BYTES,
  type QueueId,
  type RelayRef,
  turnRequest,
  turnResponse,
} from "@kith/protocol";
import type { Core } from "../core.ts";
import type { QueueKey } from "../relay/relay-session.ts";

/** A server as `RTCPeerConnection` takes it. */
export interface IceServer {
  readonly urls: readonly string[];
  readonly username?: string;
  readonly credential?: string;
}

/** How long the relays may take to answer, in ms: a call goes on with those that did. */
const ANSWER_MS = 1500;

/**
 * How long the first of them may take where one is connected and none has answered, in ms: on a line that loses packets a
 * question and its answer take seconds, and without a server there is no way between most homes.
 */
const FIRST_ANSWER_MS = 6000;

/** Relays that are asked: more make browsers slow to find any way. */
const MAX_ASKED = 4;

/** Hosts of one relay: it may have a name, or an address of each kind. */
const MAX_HOSTS = 2;

/** A side of a queue at a relay. */
interface Place {
  readonly relay: RelayRef;
  readonly identity: "send" | "receive";
  readonly key: QueueKey;
}

/** Asks the relays between the two. Those that do not answer in time, or offer nothing, are left out. */
export async function findIceServers(core: Core, account: AccountId): Promise<readonly IceServer[]> {
  const places = placesBetween(core, account);
  const found: (readonly IceServer[])[] = places.map(() => []);
  let onOffer: () => void = () => undefined;
  const first = new Promise<void>((resolve) => {
    onOffer = resolve;
  });
  const all = Promise.all(
    places.map(async (place, at) => {
      const servers = await askRelay(core, place);
      found[at] = servers;
      if (servers.length > 0) onOffer();
    }),
  );
  await withinTime(core, all, ANSWER_MS);
  const isConnected = places.some(({ relay }) => core.pool.state(relay.relay) === "connected");
  if (isConnected) await withinTime(core, Promise.race([all, first]), FIRST_ANSWER_MS - ANSWER_MS);
  return found.flat();
}

/** Whether one of the servers passes packets on, and does not only say where one is. */
export function hasTurn(servers: readonly IceServer[]): boolean {
  return servers.some(({ urls }) => urls.some((url) => url.startsWith("turn")));
}

/** Each relay once: ours where we receive, theirs where we send, in turns. */
function placesBetween(core: Core, account: AccountId): readonly Place[] {
  const { suite, people, sides } = core;
  const rows = people.peersOf(account).map(({ row }) => row);
  const own = rows.flatMap(({ ownQueue: { relays, number } }) =>
    relays.map((relay): Place => {
      const { receiveId, macKey } = deriveOwnerSide(suite, core.account.ownerSeed, number, relay.relay);
      return { relay, identity: "receive", key: { side: "receive", queue: receiveId, macKey } };
    }),
  );
  const their = rows.flatMap(({ sendQueue }) =>
    (sendQueue?.relays ?? []).map((relay): Place => {
      const { sendId, macKey } = sides((sendQueue as NonNullable<typeof sendQueue>).secret, relay.relay);
      return { relay, identity: "send", key: { side: "send", queue: sendId, macKey } };
    }),
  );
  const byRelay = new Map<string, Place>();
  for (let at = 0; at < Math.max(own.length, their.length); at++) {
    for (const place of [own[at], their[at]]) {
      if (place !== undefined && !byRelay.has(place.relay.relay)) byRelay.set(place.relay.relay, place);
    }
  }
  return [...byRelay.values()].slice(0, MAX_ASKED);
}

async function askRelay(core: Core, { relay, identity, key }: Place): Promise<readonly IceServer[]> {
  const session = await core.pool.use(relay, identity);
  if (!session.ok) return [];
  const opened = await session.value.open([key]);
  if (!opened.ok || opened.value.refusals.has(key.queue)) return [];
  const request = { type: "turn", side: key.side, queue: key.queue as QueueId } as const;
  const answer = await session.value.ask(encodeAs(turnRequest, request), FIRST_ANSWER_MS);
  const offer = answer.ok ? decodeAs(turnResponse, answer.value, MAX_FRAME_BYTES) : answer;
  return offer.ok && offer.value.type === "offer" ? toServers(relay, offer.value) : [];
}

/** The relay names ports; the hosts are those where we know the relay itself. */
function toServers({ addresses }: RelayRef, { stunPort, turn }: IceOffer): readonly IceServer[] {
  const hosts = [...new Set(addresses.flatMap(hostOf))]
    .slice(0, MAX_HOSTS)
    .map((host) => (host.includes(":") ? `[${host}]` : host));
  const servers: IceServer[] = [];
  if (hosts.length === 0) return servers;
  if (stunPort !== undefined) servers.push({ urls: hosts.map((host) => `stun:${host}:${stunPort}`) });
  if (turn !== undefined) {
    const urls = hosts.flatMap((host) =>
      (["udp", "tcp"] as const).map((transport) => `turn:${host}:${turn.port}?transport=${transport}`),
    );
    servers.push({ urls, username: turn.name, credential: turn.password });
  }
  return servers;
}

/** A name or an IP address; nothing of an address that leads through somebody else. */
function hostOf(address: string): readonly string[] {
  const host = /^\/(?:ip4|ip6|dns|dns4|dns6)\/([A-Za-z0-9.:-]+)\//.exec(address)?.[1];
  return host === undefined || address.includes("/p2p-circuit") ? [] : [host];
}

/** Waits for something, but no longer than that. */
function withinTime(core: Core, something: Promise<unknown>, limitMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = core.clock.after(limitMs, resolve);
    something.finally(cancel).then(() => resolve(), reject);
  });
}
