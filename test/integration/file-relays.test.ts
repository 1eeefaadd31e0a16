/** Files that wait at relays, over real connections: the sender is away when they are fetched. */
import { createHash, randomBytes } from "node:crypto";
import { open, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FileInfo, Message } from "@kith/client";
import { expect, onTestFinished, test } from "vitest";
import type { PersonalNode, RunningRelay } from "../../packages/node/src/daemon/node-contract.ts";
import { startRelay } from "../../packages/node/src/daemon/relay-node.ts";
import { saveFile } from "../../packages/node/src/files/save-file.ts";
import type { RelayLimits } from "../../packages/node/src/relay/relay-limits.ts";
import { TcpCut } from "../support/tcp-cut.ts";
import { eventually, makeFolder, meetByInvite, nodeOptions, startPerson, tcpAddressOf, waitForState } from "./nodes.ts";

const MIB = 1024 * 1024;

/** A file is left to be fetched directly for a while first, and relays are asked again with pauses, in ms. */
const EVENTUALLY_MS = 90_000;
const TEST_MS = 300_000;

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** A relay that can be stopped and started again at the same address. */
class BlobRelay {
  readonly folder: string;
  readonly cut: TcpCut;
  readonly #limits: Partial<Omit<RelayLimits, "work">>;
  address = "";
  relay: RunningRelay | null = null;

  private constructor(folder: string, cut: TcpCut, limits: Partial<Omit<RelayLimits, "work">>) {
    this.folder = folder;
    this.cut = cut;
    this.#limits = limits;
  }

  static async start(limits: Partial<Omit<RelayLimits, "work">> = {}): Promise<BlobRelay> {
    const relay = new BlobRelay(await makeFolder(), new TcpCut("in"), limits);
    const port = await relay.cut.listen();
    onTestFinished(() => relay.cut.close());
    onTestFinished(async () => relay.relay?.stop());
    await relay.up();
    const own = tcpAddressOf((await relay.relay?.status()) ?? { listening: [] });
    relay.address = own.replace(/\/tcp\/\d+/, `/tcp/${port}`);
    return relay;
  }

  async up(): Promise<void> {
    this.relay = await startRelay({ ...nodeOptions(this.folder, []), limits: this.#limits });
    const own = tcpAddressOf(await this.relay.status());
    this.cut.leadTo(Number(/\/tcp\/(\d+)/.exec(own)?.[1]));
    this.cut.mend();
  }

  async down(): Promise<void> {
    await this.relay?.stop();
    this.relay = null;
  }

  get blobs(): number {
    return this.relay?.metrics().blobSpaces ?? -1;
  }
}

interface Pair {
  readonly ada: PersonalNode;
  readonly adaFolder: string;
  readonly bob: PersonalNode;
  readonly bobFolder: string;
  readonly adaAccount: string;
  readonly bobAccount: string;
  readonly relays: readonly string[];
}

/** Two people who met, whose nodes are no relays themselves. */
async function pair(relays: readonly BlobRelay[]): Promise<Pair> {
  const addresses = relays.map(({ address }) => address);
  const [adaFolder, bobFolder] = [await makeFolder(), await makeFolder()];
  const ada = await startPerson(adaFolder, addresses, { isRelayOn: false });
  const bob = await startPerson(bobFolder, addresses, { isRelayOn: false });
  const [adaAccount, bobAccount] = await meetByInvite(ada, bob);
  // So that mail for whoever is away has a place: both know each other's queues once a word went each way.
  const hello = await ada.client.call("message.send", { who: bobAccount, text: "a" });
  const back = await bob.client.call("message.send", { who: adaAccount, text: "b" });
  await waitForState(ada, hello, "delivered");
  await waitForState(bob, back, "delivered");
  return { ada, adaFolder, bob, bobFolder, adaAccount, bobAccount, relays: addresses };
}

const again = (folder: string, { relays }: Pair): Promise<PersonalNode> =>
  startPerson(folder, relays, { isRelayOn: false });

async function sendFile(node: PersonalNode, who: string, sizeBytes: number): Promise<{ bytes: Buffer; sent: Message }> {
  const path = join(await makeFolder(), "holiday.zip");
  const bytes = randomBytes(sizeBytes);
  await writeFile(path, bytes);
  return { bytes, sent: await node.files().sendPath({ who, path, name: "holiday.zip" }) };
}

function waitForFile(what: string, node: PersonalNode, isSo: (file: FileInfo) => boolean): Promise<Message> {
  return eventually(
    what,
    async () => {
      const [first] = await node.client.call("file.list", {});
      return first?.file !== undefined && isSo(first.file) ? first : null;
    },
    EVENTUALLY_MS,
  );
}

const isParked = ({ parked }: FileInfo): boolean => parked?.state === "there";
const isHere = ({ state }: FileInfo): boolean => state === "complete";

async function savedHash(node: PersonalNode, { chat, id }: Message): Promise<string> {
  const { name, units } = await node.files().open({ who: chat, id });
  return sha256(await readFile(await saveFile(await makeFolder(), name, units)));
}

async function blobFiles({ folder }: BlobRelay): Promise<readonly string[]> {
  const units = join(folder, "blobs", "units");
  return (await readdir(units)).map((name) => join(units, name));
}

test(
  "a file waits at two relays while both are away in turn; one of them is enough, and nothing stays there",
  async () => {
    const relays = [await BlobRelay.start(), await BlobRelay.start()] as const;
    const both = await pair(relays);
    await both.bob.stop();
    const { bytes, sent } = await sendFile(both.ada, both.bobAccount, 3 * MIB + 12_345);
    expect(sent.file).toMatchObject({ state: "offered" });
    await waitForFile(
      "both relays have it",
      both.ada,
      ({ parked }) => parked?.state === "there" && parked.relays === 2,
    );
    await both.ada.stop();
    await relays[0].down();

    const bob = await again(both.bobFolder, both);
    const offer = await waitForFile("bob has the offer", bob, ({ state }) => state === "offered");
    await bob.client.call("file.accept", { who: offer.chat, id: offer.id });
    const here = await waitForFile("bob has the file", bob, isHere);
    expect(await savedHash(bob, here)).toBe(sha256(bytes));
    await eventually("the relay holds it no more", async () => (relays[1].blobs === 0 ? true : null), EVENTUALLY_MS);
    expect(await blobFiles(relays[1])).toEqual([]);

    // The one that was away is told by the sender, who hears from bob that he has it.
    await relays[0].up();
    expect(relays[0].blobs).toBe(1);
    const ada = await again(both.adaFolder, both);
    await waitForFile("ada knows", ada, isHere);
    await eventually("nothing is left anywhere", async () => (relays[0].blobs === 0 ? true : null), EVENTUALLY_MS);
  },
  TEST_MS,
);

test(
  "a relay that dies in the middle of taking a file goes on where it was once it is back",
  async () => {
    const relay = await BlobRelay.start();
    const both = await pair([relay]);
    await both.bob.stop();
    const isCut = relay.cut.cutAfter(5 * MIB);
    const { bytes } = await sendFile(both.ada, both.bobAccount, 12 * MIB);
    await isCut;
    await relay.down();
    const held = (
      await Promise.all((await blobFiles(relay)).map(async (path) => (await readFile(path)).length))
    ).reduce((sum, each) => sum + each, 0);
    expect(held).toBeGreaterThan(2 * MIB);
    await waitForFile("it is said why", both.ada, ({ parked }) => parked?.reason === "unreachable");

    await relay.up();
    const before = relay.cut.bytes;
    const ada = await (async () => {
      await both.ada.stop();
      return again(both.adaFolder, both);
    })();
    await waitForFile("it is at the relay", ada, isParked);
    expect(relay.cut.bytes - before).toBeLessThan(12 * MIB - held + 2 * MIB);
    await ada.stop();
    const bob = await again(both.bobFolder, both);
    const offer = await waitForFile("bob has the offer", bob, ({ state }) => state === "offered");
    await bob.client.call("file.accept", { who: offer.chat, id: offer.id });
    const here = await waitForFile("bob has the file", bob, isHere);
    expect(await savedHash(bob, here)).toBe(sha256(bytes));
  },
  TEST_MS,
);

test(
  "a relay that was away when a file was to go there takes it soon after it is back",
  async () => {
    const relay = await BlobRelay.start();
    const both = await pair([relay]);
    await both.bob.stop();
    await relay.down();
    await sendFile(both.ada, both.bobAccount, MIB);
    await waitForFile("it is said why", both.ada, ({ parked }) => parked?.reason === "unreachable");
    await relay.up();
    await waitForFile("it is at the relay", both.ada, isParked);
  },
  TEST_MS,
);

test(
  "a relay without room is said to be full, and the file comes once both are online",
  async () => {
    const relay = await BlobRelay.start({ blobBytes: MIB });
    const both = await pair([relay]);
    await both.bob.stop();
    const { bytes } = await sendFile(both.ada, both.bobAccount, 2 * MIB);
    const told = await waitForFile("it is said why", both.ada, ({ parked }) => parked?.state === "none");
    expect(told.file?.parked).toEqual({ state: "none", doneBytes: 0, relays: 0, reason: "full" });
    const bob = await again(both.bobFolder, both);
    const offer = await waitForFile("bob has the offer", bob, ({ state }) => state === "offered");
    await bob.client.call("file.accept", { who: offer.chat, id: offer.id });
    expect(await savedHash(bob, await waitForFile("bob has the file", bob, isHere))).toBe(sha256(bytes));
  },
  TEST_MS,
);

test(
  "two who are both online and do not reach each other have the file through a relay",
  async () => {
    const relay = await BlobRelay.start();
    const both = await pair([relay]);
    for (const { client } of [both.ada, both.bob]) await client.call("account.setAddressHidden", { isOn: true });
    const { bytes, sent } = await sendFile(both.ada, both.bobAccount, MIB + 7);
    await waitForState(both.ada, sent, "delivered");
    const offer = await waitForFile("bob has the offer", both.bob, ({ state }) => state === "offered");
    await both.bob.client.call("file.accept", { who: offer.chat, id: offer.id });
    expect(await savedHash(both.bob, await waitForFile("bob has the file", both.bob, isHere))).toBe(sha256(bytes));
  },
  TEST_MS,
);

test(
  "a damaged unit is noticed, said, deleted at the relay and brought again",
  async () => {
    const relay = await BlobRelay.start();
    const both = await pair([relay]);
    await both.bob.stop();
    const { bytes } = await sendFile(both.ada, both.bobAccount, 2 * MIB + 5);
    await waitForFile("it is at the relay", both.ada, isParked);
    await both.ada.stop();
    await relay.down();
    const [path = ""] = await blobFiles(relay);
    const handle = await open(path, "r+");
    await handle.write(Buffer.from("damage"), 0, 6, 500_000);
    await handle.close();
    await relay.up();

    const bob = await again(both.bobFolder, both);
    const offer = await waitForFile("bob has the offer", bob, ({ state }) => state === "offered");
    await bob.client.call("file.accept", { who: offer.chat, id: offer.id });
    const waiting = await waitForFile("it is said why", bob, ({ reason }) => reason === "damaged-there");
    expect(waiting.file).toMatchObject({ state: "waiting", doneBytes: MIB + 5 });
    await bob.stop();
    const ada = await again(both.adaFolder, both);
    await eventually(
      "the relay has it again",
      async () => {
        const [{ file } = {}] = await ada.client.call("file.list", {});
        const held = await readFile(path);
        return file !== undefined && isParked(file) && !held.includes("damage") ? true : null;
      },
      EVENTUALLY_MS,
    );
    await ada.stop();
    const later = await again(both.bobFolder, both);
    expect(await savedHash(later, await waitForFile("bob has the file", later, isHere))).toBe(sha256(bytes));
  },
  TEST_MS,
);
