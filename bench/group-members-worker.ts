/** Members of the work `group`: many people's nodes in one process, which join when told and count what they are told. */
import { join } from "node:path";
import { cpuReport, type Joined } from "./group-figures.ts";
import { answered, type GroupNode, groupThat, startGroupNode } from "./group-node.ts";
import { serveWork, tellWork, type WorkerMessage } from "./worker-process.ts";

/** Which of the nodes, and what they do. */
interface Told extends WorkerMessage {
  readonly group: string;
  readonly accounts: readonly string[];
  readonly members: number;
  readonly messages: number;
}

const [, , folder = "", relay = "", countText = "0"] = process.argv;
const nodes: GroupNode[] = [];
const heard = new Map<string, Set<string>>();
const onHeard = new Set<() => void>();

async function startAll(): Promise<void> {
  for (let i = 0; i < Number(countText); i++) {
    const node = await startGroupNode(join(folder, String(i)), relay);
    node.listeners.add((event) => {
      if (event.type !== "group.message" || event.isNew !== true) return;
      const key = `${node.account}/${event.group}`;
      const ids = heard.get(key) ?? new Set();
      heard.set(key, ids.add(event.id));
      for (const look of onHeard) look();
    });
    nodes.push(node);
  }
}

/** Joins by one invite each and waits until the other side has let all in. */
async function befriend(invites: readonly string[]): Promise<void> {
  for (const [index, invite] of invites.entries()) {
    const node = nodes[index] as GroupNode;
    const { account } = await node.client.call("invite.join", { invite });
    await answered(node, ["contact.changed"], async () => {
      const contacts = await node.client.call("contact.list", {});
      return contacts.find((each) => each.account === account && each.relation === "accepted") ?? null;
    });
  }
  const joined: Joined = { type: "joined", accounts: nodes.map(({ account }) => account) };
  tellWork(joined);
}

function chosen({ accounts }: Told): readonly GroupNode[] {
  return nodes.filter(({ account }) => accounts.includes(account));
}

/** Consents as soon as the invitation is there. */
async function consent(told: Told): Promise<void> {
  for (const node of chosen(told)) {
    await groupThat(node, told.group, ({ standing }) => standing === "invited");
    await node.client.call("group.join", { group: told.group });
  }
  tellWork({ type: "consented" });
}

async function settle(told: Told): Promise<void> {
  for (const node of chosen(told)) {
    await groupThat(node, told.group, ({ members }) => {
      return members.length === told.members && members.every(({ isMet, isOwn }) => isMet || isOwn);
    });
  }
  tellWork({ type: "settled" });
}

/** Waits until each has as many different messages of the group. */
async function hear(told: Told): Promise<void> {
  const counts = (): boolean =>
    chosen(told).every(({ account }) => (heard.get(`${account}/${told.group}`)?.size ?? 0) >= told.messages);
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (!counts()) return;
      onHeard.delete(look);
      resolve();
    };
    onHeard.add(look);
    look();
  });
  tellWork({ type: "heard" });
}

await startAll();
serveWork(
  {
    befriend: ({ invites }: { readonly invites: readonly string[] }) => befriend(invites),
    consent,
    settle,
    hear,
    report: () => tellWork(cpuReport()),
  },
  async () => {
    await Promise.all(nodes.map((node) => node.stop()));
  },
);
tellWork({ type: "ready" });
