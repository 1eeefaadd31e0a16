/** Relays that lie, over real connections: whatever they do to what passes through them, people get each message once. */
import { createSystemClock, cryptoSuite, type InboundChannel, randomBytes } from "@kith/client";
import { Libp2pNetwork } from "@kith/client/net";
import { MemoryStore } from "@kith/client/testing";
import {
  decodeAs,
  encodeAs,
  MAX_FRAME_BYTES,
  publicKeyToRelay,
  type RelayRequest,
  type RelayResponse,
  relayRequest,
  relayResponse,
} from "@kith/protocol";
import { expect, onTestFinished, test } from "vitest";
import { createRelayService } from "../../packages/node/src/relay/index.ts";
import {
  eventually,
  makeFolder,
  meetByInvite,
  startPerson,
  startTestRelay,
  waitForTexts,
} from "../integration/nodes.ts";

/** How a relay is dishonest. */
interface Lies {
  answer?(request: RelayRequest, honest: RelayResponse): RelayResponse;
  push?(honest: RelayResponse): readonly RelayResponse[];
}

/** Pushes that are held back and come in the wrong order. */
const HELD_PUSHES = 3;

/** Gives receipts that nobody could have made but it, and throws everything away. */
const drops: Lies = {
  answer: (request, honest) => (request.type === "list" ? { type: "list", items: [], isMore: false } : honest),
  push: () => [],
};

/** Says that it has everything, under receipts that it made up. */
const liesAboutReceipts: Lies = {
  answer: (request, honest) =>
    request.type === "put" ? { type: "put", outcomes: request.items.map(() => ({ mac: randomBytes(32) })) } : honest,
  push: () => [],
};

function replaysAndReorders(): Lies {
  const held: RelayResponse[] = [];
  return {
    answer: (_, honest) => (honest.type === "get" ? { ...honest, items: [...honest.items].reverse() } : honest),
    push(honest) {
      held.push(honest);
      if (held.length < HELD_PUSHES) return [];
      return [
        ...held
          .splice(0)
          .reverse()
          .flatMap((each) => [each, each]),
        honest,
      ];
    },
  };
}

/** Answers with another queue's mail, and with bytes that nobody sealed. */
const forges: Lies = {
  answer: (_, honest) =>
    honest.type === "get"
      ? { ...honest, items: honest.items.map((each) => ({ ...each, envelope: randomBytes(each.envelope.length) })) }
      : honest,
  push: (honest) => (honest.type === "stored" ? [{ ...honest, envelope: randomBytes(768) }] : [honest]),
};

test.each([
  ["takes mail, gives receipts and throws it away", () => drops],
  ["makes up its receipts", () => liesAboutReceipts],
  ["repeats and reorders what it hands out", replaysAndReorders],
  ["hands out forged mail", () => forges],
])("beside two honest relays, one that %s loses, doubles and reorders nothing", async (_, lies) => {
  const [one, two] = [await startTestRelay(), await startTestRelay()];
  const relays = [await startHostileRelay(lies()), one.address, two.address];
  const { send, comeBack } = await startPair(relays);
  const texts = Array.from({ length: 40 }, (_each, index) => `message ${index + 1}`);
  for (const text of texts) await send(text);
  const received = await comeBack(texts.length);
  expect(received).toEqual(texts);
});

test("a relay that makes up its receipts does not make a message sent", async () => {
  const lies: Lies = {}; // honest until they are contacts
  const { ann, send, who } = await startPair([await startHostileRelay(lies)], false);
  Object.assign(lies, liesAboutReceipts);
  tried.count = 0;
  await send("kept by nobody");
  const list = () => ann.client.call("message.list", { who, limit: 10 });
  await eventually("the relay was tried", async () => (tried.count > 0 ? true : null));
  expect((await list()).at(-1)?.state).toBe("queued");
});

/** PUTs that hostile relays have answered. */
const tried = { count: 0 };

/** Two contacts; the second is away until `comeBack`. */
async function startPair(relays: readonly string[], waitsUntilSent = true) {
  const folder = await makeFolder();
  const ann = await startPerson(await makeFolder(), relays, { isRelayOn: false });
  const bob = await startPerson(folder, relays, { isRelayOn: false });
  const [toAnn, who] = await meetByInvite(ann, bob);
  const stateOf = async (id: string) =>
    (await ann.client.call("message.list", { who, limit: 500 })).find((each) => each.id === id)?.state;
  // Both queues are known once a message has gone each way.
  for (const [from, to, at] of [
    [ann, who, bob],
    [bob, toAnn, ann],
  ] as const) {
    await from.client.call("message.send", { who: to, text: "hello" });
    await waitForTexts(at, at === bob ? toAnn : who, 1);
  }
  await bob.stop();
  return {
    ann,
    who,
    async send(text: string) {
      const { id } = await ann.client.call("message.send", { who, text });
      if (waitsUntilSent) await eventually("it is sent", async () => ((await stateOf(id)) === "sent" ? true : null));
    },
    async comeBack(count: number) {
      const again = await startPerson(folder, relays, { isRelayOn: false });
      return (await waitForTexts(again, toAnn, count + 1)).slice(1);
    },
  };
}

/** A relay whose service is honest and whose door is not. @returns the address that names it. */
async function startHostileRelay(lies: Lies): Promise<string> {
  const seed = randomBytes(32);
  const network = new Libp2pNetwork({ seed, listen: ["/ip4/127.0.0.1/tcp/0"], mdns: false, dht: "off" });
  const relay = publicKeyToRelay(await cryptoSuite.ed25519PublicKey(seed));
  const service = createRelayService({
    relay,
    signingSeed: seed,
    store: new MemoryStore(),
    boxStore: new MemoryStore(),
    clock: createSystemClock(),
    random: randomBytes,
    suite: cryptoSuite,
    limits: { work: { create: 2, bundleGet: 2, boxPut: 2 } },
    ownAddresses: () => network.self(),
  });
  network.serve("relay", (inbound) => tellLies(service.acceptor, inbound, lies));
  await service.start();
  await network.start();
  onTestFinished(async () => {
    service.stop();
    await network.stop();
  });
  return `${network.self()?.addresses[0]}/p2p/${relay}`;
}

function tellLies(honest: ReturnType<typeof createRelayService>["acceptor"], inbound: InboundChannel, lies: Lies) {
  const push = (frame: Uint8Array): void => {
    const pushes = lies.push?.(readResponse(frame)) ?? [readResponse(frame)];
    for (const each of pushes) inbound.push(encodeAs(relayResponse, each));
  };
  const handle = honest({ ...inbound, push, onClose: (listener) => inbound.onClose(listener) });
  return async (frame: Uint8Array): Promise<Uint8Array> => {
    const request = decodeAs(relayRequest, frame, MAX_FRAME_BYTES);
    const answer = await handle(frame);
    if (!request.ok) return answer;
    if (request.value.type === "put") tried.count += 1;
    return lies.answer === undefined
      ? answer
      : encodeAs(relayResponse, lies.answer(request.value, readResponse(answer)));
  };
}

function readResponse(frame: Uint8Array): RelayResponse {
  const response = decodeAs(relayResponse, frame, MAX_FRAME_BYTES);
  if (!response.ok) throw new TypeError("a relay speaks its own protocol");
  return response.value;
}
