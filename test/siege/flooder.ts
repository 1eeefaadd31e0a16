/**
 * Everything a stranger can throw at a relay at once, from a process of its own; ends when all of it was thrown and
 * prints what became of it. Arguments: the dose (1 is 100,000 PUTs of 200 identities, 10,000 CREATEs, 1,000 half-open
 * streams, 100 that do not read and 100 that do not end what they say), then an address of the relay for each transport,
 * all with its PeerId: TCP, WebSocket, webrtc-direct.
 */
import { connect, type Socket } from "node:net";
import { randomBytes } from "@kith/client";
import { createLibp2pNetwork } from "@kith/client/net";
import {
  decodeAs,
  encodeAs,
  MAX_FRAME_BYTES,
  type QueueId,
  type RelayId,
  type RelayRequest,
  relayRequest,
  relayResponse,
  toHex,
} from "@kith/protocol";
import { newQueue } from "../support/relay-asker.ts";
import { TcpHold } from "../support/tcp-hold.ts";
import { openQueue, type RelayQueue } from "./relay-queue.ts";

const [, , doseText = "1", ...targets] = process.argv;
const dose = Number(doseText);
const [, relay = ""] = targets[0]?.split("/p2p/") ?? [];
const addresses = targets.map((each) => each.split("/p2p/")[0] ?? "");
const [tcpPort = 0, wsPort = 0] = addresses.map((each) => Number(/\/tcp\/(\d+)/.exec(each)?.[1]));

const IDENTITIES = Math.ceil(200 * dose);
const PUTS = Math.ceil(100_000 * dose);
const CREATES = Math.ceil(10_000 * dose);
const HALF_OPEN = Math.ceil(1_000 * dose);
/** Connections that stop reading, and as many that stop writing; half by TCP, half by WebSocket. */
const UNREAD = 2 * Math.ceil(50 * dose);
/** The largest envelopes in each queue of theirs. */
const UNREAD_PUTS = 4;
/** A flooder does not wait long: what is no frame of the protocol gets no answer. */
const ANSWER_TIMEOUT_MS = 2_000;

const PUTS_A_FRAME = 16;
const QUEUES_A_FRAME = 8;

/** A flooder that is refused comes again. */
const CONNECT_TRIES = 20;
const CONNECT_PAUSE_MS = 500;

/** How often each kind of answer came. */
const answers = new Map<string, number>();

function count(what: string): void {
  answers.set(what, (answers.get(what) ?? 0) + 1);
}

const network = await createLibp2pNetwork({ listen: [], mdns: false, dht: "off" });

/** The transport of the n-th flood: one in ten comes by webrtc-direct, the dearest of them, and three by WebSocket. */
function addressFor(index: number): string {
  const [tcp = "", webSocket = "", webRtc = ""] = addresses;
  if (index % 10 === 9) return webRtc;
  return index % 10 >= 6 ? webSocket : tcp;
}

/** Opens a channel; a relay that takes no more connections from here now is asked again. */
async function openChannel(address: string) {
  for (let attempt = 0; attempt < CONNECT_TRIES; attempt++) {
    const channel = await network.open({ relay: relay as RelayId, addresses: [address] }, "relay", "once");
    if (channel.ok) return channel.value;
    count(`no channel: ${channel.error.code}`);
    await new Promise((resolve) => setTimeout(resolve, CONNECT_PAUSE_MS * (0.5 + Math.random())));
  }
  return null;
}

type Channel = NonNullable<Awaited<ReturnType<typeof openChannel>>>;

async function ask(channel: Channel, frame: Uint8Array): Promise<boolean> {
  const given = await channel.request(frame, ANSWER_TIMEOUT_MS);
  const answer = given.ok ? decodeAs(relayResponse, given.value, MAX_FRAME_BYTES) : null;
  if (answer?.ok !== true) {
    count("closed");
    return false;
  }
  const { value } = answer;
  if (value.type === "put") for (const { error } of value.outcomes) count(error ?? "stored");
  else count(value.type === "error" ? value.code : value.type);
  return true;
}

function newId(): QueueId {
  return toHex(randomBytes(16)) as QueueId;
}

function putFrame(): RelayRequest {
  const items = Array.from({ length: PUTS_A_FRAME }, () => ({ queue: newId(), envelope: randomBytes(768) }));
  return { type: "put", items };
}

function createFrame(): RelayRequest {
  const queues = Array.from({ length: QUEUES_A_FRAME }, newQueue);
  return { type: "create", queues, access: { type: "none" } };
}

/** Frames in a row on one channel, each after the answer to the one before; a closed one is opened again. */
async function flood(frames: number, makeFrame: () => Uint8Array, which: number): Promise<void> {
  let channel = await openChannel(addressFor(which));
  if (channel !== null) count(`floods by ${/ws|webrtc/.exec(addressFor(which))?.[0] ?? "tcp"}`);
  for (let index = 0; index < frames && channel !== null; index++) {
    if (await ask(channel, makeFrame())) continue;
    channel.close();
    channel = await openChannel(addressFor(which));
  }
  channel?.close();
}

/** Sockets that begin to speak and do not go on; one in four writes a byte now and then. */
function openHalf(): readonly Socket[] {
  return Array.from({ length: HALF_OPEN }, (_, index) => {
    const isWeb = index % 2 === 1;
    const socket = connect(isWeb ? wsPort : tcpPort, "127.0.0.1");
    socket.on("error", () => count("half-open refused"));
    socket.write(isWeb ? "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgr" : "\x13/multistream/1.0");
    if (index % 4 === 0) {
      const timer = setInterval(() => socket.write(isWeb ? "a" : "."), 1000);
      socket.on("close", () => clearInterval(timer));
    }
    return socket;
  });
}

/** Sockets that send nothing but noise. */
async function sendNoise(): Promise<void> {
  for (let index = 0; index < HALF_OPEN / 10; index++) {
    await new Promise<void>((resolve) => {
      const socket = connect(index % 2 === 0 ? tcpPort : wsPort, "127.0.0.1");
      socket.on("error", () => undefined);
      socket.on("close", () => resolve());
      // Gone as soon as it is said: a relay lets a connection that makes no sense lie until its time is over.
      socket.end(randomBytes(4096), () => socket.destroy());
    });
    count("noise sent");
  }
}

async function openFull(address: string): Promise<RelayQueue> {
  const queue = await openQueue(network, address, "once");
  for (let put = 0; put < UNREAD_PUTS; put++) await queue.put(randomBytes(64 * 1024 - 8));
  return queue;
}

/** Queues of the flooder's own, full, behind a door that can stop reading or writing. */
async function openUnread(transport: number) {
  const door = new TcpHold(transport === 0 ? tcpPort : wsPort);
  const port = await door.listen();
  const address = `/ip4/127.0.0.1/tcp/${port}${transport === 0 ? "" : "/ws"}/p2p/${relay}`;
  const queues: RelayQueue[] = [];
  for (let index = 0; index < UNREAD / 2; index++) {
    // A relay in distress may refuse this as well: then there is one less to stop.
    const queue = await openFull(address).catch(() => null);
    if (queue !== null) queues.push(queue);
  }
  return { door, queues };
}

/** Asks for all that is there, more than anybody may keep unread, and takes none of it. */
async function leaveUnread(transport: number): Promise<TcpHold> {
  const { door, queues } = await openUnread(transport);
  door.stopReading();
  for (const queue of queues) {
    for (let round = 0; round < 60; round++) void queue.get([1 + (round % UNREAD_PUTS)]).catch(() => undefined);
    count("readers that stopped");
  }
  return door;
}

/** Begins to say something large, and does not end it. */
async function leaveUnsaid(transport: number): Promise<TcpHold> {
  const { door, queues } = await openUnread(transport);
  for (const queue of queues) {
    for (let put = 0; put < 8; put++) void queue.put(randomBytes(64 * 1024 - 8)).catch(() => undefined);
    count("writers that stopped");
  }
  door.stopWriting();
  return door;
}

const halfOpen = openHalf();
const puts = Math.ceil(PUTS / PUTS_A_FRAME / IDENTITIES);
const creates = Math.ceil(CREATES / QUEUES_A_FRAME / 10);
const makePut = () => encodeAs(relayRequest, putFrame());
const makeCreate = () => encodeAs(relayRequest, createFrame());
const [doors] = await Promise.all([
  Promise.all([leaveUnread(0), leaveUnread(1), leaveUnsaid(0), leaveUnsaid(1)]),
  sendNoise(),
  ...Array.from({ length: IDENTITIES }, (_, index) => flood(puts, makePut, index)),
  ...Array.from({ length: 10 }, (_, index) => flood(creates, makeCreate, index)),
  flood(HALF_OPEN / 10, () => randomBytes(1 + (randomBytes(1)[0] as number)), 0),
  flood(HALF_OPEN / 20, () => randomBytes(MAX_FRAME_BYTES + 4096), 6),
]);
for (const door of doors) door.close();
for (const socket of halfOpen) socket.destroy();
await network.stop();
process.stdout.write(`${JSON.stringify(Object.fromEntries(answers))}\n`);
process.exit(0);
