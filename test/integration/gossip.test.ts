/** Two histories of one account, each shown to other people, come to light by gossip between relays over real sockets. */
import { randomBytes } from "node:crypto";
import { cryptoSuite } from "@kith/client";
import {
  accountToText,
  claimHandle,
  decodeDirectoryResponse,
  encodeDirectoryRequest,
  type NetId,
  type RelayRef,
  verifyEquivocation,
} from "@kith/protocol";
import { expect, onTestFinished, test } from "vitest";
import type { PersonalNode } from "../../packages/node/src/daemon/node-contract.ts";
import { type Claimant, createClaimant, expectValue } from "../../packages/node/src/relay/testing/claimants.ts";
import { type DirectoryNode, recordFor, startDirectoryNode } from "../support/directory-net.ts";
import { eventually, makeFolder, startPerson } from "./nodes.ts";

const netId = "test" as NetId;
const OWNER = { remoteAddress: null, isOwn: true, push: () => undefined, onClose: () => undefined };

/** A relay that learns of accounts from its own people and by gossip only, and dials whom it is told of. */
async function startRelay(knows: readonly RelayRef[]): Promise<DirectoryNode> {
  const node = await startDirectoryNode({ knows, netId, isSilent: true });
  onTestFinished(() => node.stop());
  return node;
}

async function ask(node: DirectoryNode, type: "publish" | "witness", record: Uint8Array): Promise<string> {
  const answer = await node.service.acceptor(OWNER)(encodeDirectoryRequest({ type, record }));
  return expectValue(decodeDirectoryResponse(answer)).type;
}

function addressOf({ ref }: DirectoryNode): string {
  return `${ref.addresses[0]}/p2p/${ref.relay}`;
}

/** A person who has met an account through a relay. */
async function addContact(relay: DirectoryNode, account: string, isRelayOn: boolean): Promise<PersonalNode> {
  const person = await startPerson(await makeFolder(), [addressOf(relay)], { isRelayOn });
  await person.client.call("account.create", {});
  await person.client.call("contact.add", { who: account });
  return person;
}

/** The same account with two last entries by one key. */
async function createTwoFaced(): Promise<readonly [Claimant, Claimant]> {
  const random = (size: number): Uint8Array => new Uint8Array(randomBytes(size));
  const atMs = Date.now();
  const mallory = await createClaimant({ random, atMs }, "mallory");
  const signer = { type: "device", device: mallory.device } as const;
  const faces = await Promise.all(
    ["mallory_a", "mallory_b"].map(async (written) => {
      const chain = expectValue(await claimHandle(cryptoSuite, mallory.chain, { signer, atMs, body: { written } }));
      return { ...mallory, chain };
    }),
  );
  return faces as [Claimant, Claimant];
}

test("whoever shows two people two histories is found out once their relays have met", async () => {
  const met: RelayRef[] = [];
  const [one, other] = [await startRelay([]), await startRelay(met)];
  const third = await startRelay([other.ref]);
  const [a, b] = await createTwoFaced();
  const account = accountToText(a.chain.account);
  const [recordA, recordB] = [await recordFor(a, one, { netId }), await recordFor(b, other, { netId })];
  expect(await ask(one, "publish", recordA)).toBe("published");
  expect(await ask(other, "publish", recordB)).toBe("published");
  const ann = await addContact(one, account, false);
  const bob = await addContact(other, account, true);
  const handleOf = async ({ client }: PersonalNode) => (await client.call("contact.get", { who: account })).handle;
  expect([await handleOf(ann), await handleOf(bob)]).toEqual(["mallory_a", "mallory_b"]);

  met.push(one.ref);
  await eventually("every relay holds the proof", async () => {
    // A claim made anew, as each day brings one: the same bytes are told once.
    await ask(one, "publish", await recordFor(a, one, { netId }));
    return [one, other, third].every(({ proofs }) => proofs.length > 0) ? true : null;
  });
  for (const { proofs } of [one, other, third]) {
    const proven = expectValue(await verifyEquivocation(cryptoSuite, proofs[0] as Uint8Array));
    expect(proven.account).toBe(a.chain.account);
  }
  expect(await ask(one, "witness", recordA)).toBe("equivocation");
  expect(await ask(other, "witness", recordB)).toBe("equivocation");
  const { contact, isSendingBlocked } = await ann.client.call("contact.askWitnesses", { who: account });
  expect([contact.trust, isSendingBlocked]).toEqual(["EQUIVOCATED", true]);
  await eventually("a node that is a relay warns its person by itself", async () =>
    (await bob.client.call("contact.get", { who: account })).trust === "EQUIVOCATED" ? true : null,
  );
});
