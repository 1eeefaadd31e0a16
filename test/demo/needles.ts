/** What must not be found on a relay: names, accounts and keys in every form they are written in, and what was said. */
import { cryptoSuite } from "@kith/client";
import { createLibp2pNetwork } from "@kith/client/net";
import {
  type ChainState,
  decodeAccountRecord,
  decodeDirectoryResponse,
  encodeDirectoryRequest,
  fromHex,
  parseAccount,
  parseHandle,
  type RelayId,
  toBase64Url,
  verifyChain,
} from "@kith/protocol";
import { CheckFailure } from "./check.ts";
import type { Person } from "./person.ts";
import type { World } from "./world.ts";

/** One secret in one form. */
export interface Needle {
  readonly what: string;
  readonly bytes: Buffer;
}

/** The first needle that is found, letters in either case; undefined when there is none. */
export function findNeedle(haystack: Buffer, needles: readonly Needle[]): Needle | undefined {
  const lower = Buffer.from(haystack.toString("latin1").toLowerCase(), "latin1");
  return needles.find(({ bytes }) => haystack.includes(bytes) || lower.includes(bytes));
}

/** Everything that names the people of the demonstration, and the mark that every text of theirs carries. */
export async function collectNeedles(world: World): Promise<readonly Needle[]> {
  const chains = await Promise.all(world.named.map((person) => readChain(world, person)));
  const named = world.named.flatMap((person, index) => namesOf(person, chains[index]));
  return [
    textNeedle("a text", world.marker),
    ...named,
    ...accountNeedles(world.stranger),
    ...accountNeedles(world.friend),
  ];
}

function namesOf(person: Person, chain: ChainState | undefined): readonly Needle[] {
  if (chain === undefined) throw new CheckFailure(`there is no chain of ${person.name}`);
  const devices = chain.devices.flatMap(({ deviceId, identityKey }) => [
    ...keyNeedles(`a device key of ${person.name}`, fromHex(deviceId)),
    ...keyNeedles(`an identity key of ${person.name}`, identityKey),
  ]);
  return [textNeedle(`the handle of ${person.name}`, person.handle), ...accountNeedles(person), ...devices];
}

function accountNeedles({ name, account }: Person): readonly Needle[] {
  const id = parseAccount(account);
  if (!id.ok) throw new CheckFailure(`${account} is no account`);
  return [textNeedle(`the account of ${name}`, account), ...keyNeedles(`the account of ${name}`, fromHex(id.value))];
}

function textNeedle(what: string, text: string): Needle {
  return { what: `${what} as text`, bytes: Buffer.from(text.toLowerCase(), "latin1") };
}

function keyNeedles(what: string, key: Uint8Array): readonly Needle[] {
  const bytes = Buffer.from(key);
  return [
    { what: `${what} as bytes`, bytes },
    { what: `${what} as hexadecimal digits`, bytes: Buffer.from(bytes.toString("hex")) },
    { what: `${what} as base64url`, bytes: Buffer.from(toBase64Url(key)) },
    // The last group of plain base64 may differ by what follows the key.
    { what: `${what} as base64`, bytes: Buffer.from(bytes.toString("base64").slice(0, -4)) },
  ];
}

/** A person's chain as the directory gives it to anybody. */
async function readChain({ relays }: World, person: Person): Promise<ChainState> {
  const [, asked] = relays;
  const [address = "", relay = ""] = asked?.address.split("/p2p/") ?? [];
  const handle = parseHandle(person.handle);
  if (!handle.ok) throw new CheckFailure(`@${person.handle} is no handle`);
  const network = await createLibp2pNetwork({ listen: [], mdns: false, dht: "off" });
  try {
    const target = { relay: relay as RelayId, addresses: [address] };
    const channel = await network.open(target, "directory", "once");
    if (!channel.ok) throw new CheckFailure("the second relay answers no directory requests");
    const request = encodeDirectoryRequest({ type: "resolve", handle: handle.value.handle, skip: 0 });
    const frame = await channel.value.request(request);
    const answer = frame.ok ? decodeDirectoryResponse(frame.value) : frame;
    const [held] = answer.ok && answer.value.type === "resolved" ? answer.value.records : [];
    const record = held && decodeAccountRecord(held.record);
    const chain = record?.ok === true ? await verifyChain(cryptoSuite, record.value.chain, Date.now()) : null;
    if (chain?.ok === true) return chain.value;
    throw new CheckFailure(`the directory gives no chain of ${person.name}`);
  } finally {
    await network.stop();
  }
}
