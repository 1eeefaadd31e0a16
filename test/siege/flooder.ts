/**
 * Everything a stranger can throw at a relay at once, from a process of its own; ends when all of it was thrown and
 * prints what became of it. Arguments: the relay's TCP address with its PeerId, its WebSocket port, and the dose (1 is
 * 100,000 PUTs of 200 identities, 10,000 CREATEs, 1,000 half-open streams).
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

const [, , target = "", wsPort = "0", doseText = "1"] = process.argv;
const dose = Number(doseText);
const [address = "", relay = ""] = target.split("/p2p/");
const tcpPort = Number(/\/tcp\/(\d+)/.exec(address)?.[1]);

const IDENTITIES = Math.ceil(200 * dose);
const PUTS = Math.ceil(100_000 * dose);
const CREATES = Math.ceil(10_000 * dose);
const HALF_OPEN = Math.ceil(1_000 * dose);
/** A flooder does not wait long: what is no frame of the protocol gets no answer. */
const ANSWER_TIMEOUT_MS = 2_000;

const PUTS_A_FRAME = 16;
const QUEUES_A_FRAME = 8;

/** How often each kind of answer came. */
const answers = new Map<string, number>();

function count(what: string): void {
  answers.set(what, (answers.get(what) ?? 0) + 1);
}

const network = await createLibp2pNetwork({ listen: [], mdns: false, dht: "off" });

async function openChannel() {
  const channel = await network.open({ relay: relay as RelayId, addresses: [address] }, "relay", "once");
  if (!channel.ok) count(`no channel: ${channel.error.code}`);
  return channel.ok ? channel.value : null;
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
  const queues = Array.from({ length: QUEUES_A_FRAME }, () => ({
    receiveId: newId(),
    sendId: newId(),
    ownerMacKey: randomBytes(32),
    senderMacKey: randomBytes(32),
  }));
  return { type: "create", queues, access: { type: "none" } };
}

/** Frames in a row on one channel, each after the answer to the one before; a closed one is opened again. */
async function flood(frames: number, makeFrame: (index: number) => Uint8Array): Promise<void> {
  let channel = await openChannel();
  for (let index = 0; index < frames && channel !== null; index++) {
    if (await ask(channel, makeFrame(index))) continue;
    channel.close();
    channel = await openChannel();
  }
  channel?.close();
}

/** Sockets that begin to speak and do not go on; one in four writes a byte now and then. */
function openHalf(): readonly Socket[] {
  return Array.from({ length: HALF_OPEN }, (_, index) => {
    const isWeb = index % 2 === 1;
    const socket = connect(isWeb ? Number(wsPort) : tcpPort, "127.0.0.1");
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
      const socket = connect(index % 2 === 0 ? tcpPort : Number(wsPort), "127.0.0.1");
      socket.on("error", () => undefined);
      socket.on("close", () => resolve());
      // Gone as soon as it is said: a relay lets a connection that makes no sense lie until its time is over.
      socket.end(randomBytes(4096), () => socket.destroy());
    });
    count("noise sent");
  }
}

const halfOpen = openHalf();
const puts = Math.ceil(PUTS / PUTS_A_FRAME / IDENTITIES);
const creates = Math.ceil(CREATES / QUEUES_A_FRAME / 10);
await Promise.all([
  sendNoise(),
  ...Array.from({ length: IDENTITIES }, () => flood(puts, () => encodeAs(relayRequest, putFrame()))),
  ...Array.from({ length: 10 }, () => flood(creates, () => encodeAs(relayRequest, createFrame()))),
  flood(HALF_OPEN / 10, () => randomBytes(1 + (randomBytes(1)[0] as number))),
  flood(HALF_OPEN / 20, () => randomBytes(MAX_FRAME_BYTES + 4096)),
]);
for (const socket of halfOpen) socket.destroy();
await network.stop();
process.stdout.write(`${JSON.stringify(Object.fromEntries(answers))}\n`);
process.exit(0);
