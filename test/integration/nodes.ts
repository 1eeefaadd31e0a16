/** Nodes of the tests: in this process, over real sockets of this machine, with little work to do. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_NETWORK_PARAMETERS, type Message } from "@kith/client";
import type { NetId } from "@kith/protocol";
import { onTestFinished } from "vitest";
import { createDeviceSecretFile } from "../../packages/node/src/config/device-secret.ts";
import type {
  NodeOptions,
  PersonalNode,
  PersonalNodeOptions,
  RunningRelay,
} from "../../packages/node/src/daemon/node-contract.ts";
import { startPersonalNode } from "../../packages/node/src/daemon/personal-node.ts";
import { startRelay } from "../../packages/node/src/daemon/relay-node.ts";

/** Longest wait for something another node does, in ms. */
const EVENTUALLY_MS = 60_000;
const POLL_MS = 25;

/** A new folder that is removed after the test. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "kith-integration-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Options of a node of the tests' network that knows these relays. */
export function nodeOptions(
  dataFolder: string,
  relays: readonly string[],
  changes: Partial<NodeOptions> = {},
): NodeOptions {
  return {
    dataFolder,
    deviceSecret: createDeviceSecretFile(dataFolder),
    network: {
      ...DEFAULT_NETWORK_PARAMETERS,
      netId: "test" as NetId,
      claimBits: 8,
      receiptDelayMs: 50,
      retryFirstMs: 200,
    },
    relayWork: { create: 6, bundleGet: 4, boxPut: 6 },
    overriddenParameters: [],
    listen: { host: "127.0.0.1", peerPort: 0, wsPort: 0 },
    announce: [],
    relays,
    isMdnsOn: false,
    onWarning: () => undefined,
    ...changes,
  };
}

/** Starts a person's node; it is stopped after the test. */
export async function startPerson(
  dataFolder: string,
  relays: readonly string[] = [],
  changes: Partial<PersonalNodeOptions> = {},
): Promise<PersonalNode> {
  const node = await startPersonalNode({ isRelayOn: true, ...nodeOptions(dataFolder, relays), ...changes });
  onTestFinished(() => node.stop());
  return node;
}

/** A relay and the TCP address that names it. */
export interface TestRelay {
  readonly relay: RunningRelay;
  readonly address: string;
}

/** Starts a relay that knows others; it is stopped after the test. */
export async function startTestRelay(known: readonly string[] = []): Promise<TestRelay> {
  const relay = await startRelay(nodeOptions(await makeFolder(), known));
  onTestFinished(() => relay.stop());
  return { relay, address: tcpAddressOf(await relay.status()) };
}

/** The first TCP address of a node, with its PeerId. */
export function tcpAddressOf({ listening }: { readonly listening: readonly string[] }): string {
  const address = listening.find((each) => /\/tcp\/\d+\/p2p\//.test(each));
  if (address === undefined) throw new Error("the node listens on no TCP address");
  return address;
}

/** The first answer that is not null; polls, since what is waited for happens in another node. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | null>,
  limitMs: number = EVENTUALLY_MS,
): Promise<T> {
  const deadlineMs = performance.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (performance.now() > deadlineMs) throw new Error(`did not happen within ${limitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** The messages a node received from a person, once there are as many. */
export function waitForTexts(node: PersonalNode, who: string, count: number): Promise<readonly string[]> {
  return eventually(`${count} messages`, async () => {
    const messages = await node.client.call("message.list", { who, limit: 500 });
    const texts = messages.filter(({ isOwn }) => !isOwn).map(({ text }) => text);
    return texts.length >= count ? texts : null;
  });
}

/** An own message, once it is in this state. */
export function waitForState(
  node: PersonalNode,
  { chat, id }: Pick<Message, "chat" | "id">,
  state: Message["state"],
): Promise<Message> {
  return eventually(`a message is ${state}`, async () => {
    const messages = await node.client.call("message.list", { who: chat, limit: 500 });
    return messages.find((each) => each.id === id && each.state === state) ?? null;
  });
}

/** Makes accounts on both nodes and lets the second join the first by invite. @returns both accounts, `kith1…`. */
export async function meetByInvite(host: PersonalNode, guest: PersonalNode): Promise<readonly [string, string]> {
  const { account: hostAccount } = await host.client.call("account.create", {});
  return [hostAccount, await admit(host, hostAccount, guest)];
}

/** Makes an account on a node that joins another one by invite. @returns its account. */
export async function admit(host: PersonalNode, hostAccount: string, guest: PersonalNode): Promise<string> {
  const { account: guestAccount } = await guest.client.call("account.create", {});
  const { text: invite } = await host.client.call("invite.create", {});
  await guest.client.call("invite.join", { invite });
  for (const [node, who] of [
    [host, guestAccount],
    [guest, hostAccount],
  ] as const) {
    await eventually("both are contacts", async () => {
      const contacts = await node.client.call("contact.list", {});
      return contacts.find(({ account, relation }) => account === who && relation === "accepted") ?? null;
    });
  }
  return guestAccount;
}

/** The link of a node at this stage. @returns its words. */
async function waitForStage(node: PersonalNode, stage: string): Promise<readonly string[]> {
  const found = await eventually(`the link is at ${stage}`, async () => {
    const status = await node.client.call("link.get", {});
    return status?.stage === stage ? status : null;
  });
  return found.words ?? [];
}

/** Makes a node without an account a device of another's, whose own name is then "desk". @returns the words that both showed. */
export async function linkNode(
  host: PersonalNode,
  fresh: PersonalNode,
  { name, withHistory = false }: { readonly name: string; readonly withHistory?: boolean },
): Promise<readonly [host: readonly string[], fresh: readonly string[]]> {
  const { code = "" } = await host.client.call("link.begin", { name: "desk", kind: "node" });
  await fresh.client.call("link.join", { code, name, kind: "node" });
  const words = [await waitForStage(host, "compare"), await waitForStage(fresh, "compare")] as const;
  await fresh.client.call("link.confirm", { isSame: true });
  await host.client.call("link.confirm", { isSame: true, withHistory });
  await waitForStage(fresh, "done");
  await waitForStage(host, "done");
  return words;
}
