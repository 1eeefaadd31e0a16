/** The sender of the work `group`: one person's node, alone in its process. */
import { cpuReport, GROUP_WORK, type Invites, type Made } from "./group-figures.ts";
import { answered, groupThat, startGroupNode } from "./group-node.ts";
import { serveWork, tellWork, type WorkerMessage } from "./worker-process.ts";

const [, , folder = "", relay = ""] = process.argv;
const node = await startGroupNode(folder, relay);
const { client } = node;

async function makeInvites(count: number): Promise<void> {
  const invites: string[] = [];
  for (let i = 0; i < count; i++) invites.push((await client.call("invite.create", {})).text);
  const made: Invites = { type: "invites", invites };
  tellWork(made);
}

/** All of them are contacts here: what they say by themselves. */
async function makeGroup(accounts: readonly string[]): Promise<void> {
  await answered(node, ["contact.changed"], async () => {
    const contacts = await client.call("contact.list", {});
    const isThere = (who: string): boolean =>
      contacts.some(({ account, relation }) => account === who && relation === "accepted");
    return accounts.every(isThere) ? true : null;
  });
  const { group } = await client.call("group.create", { name: "Bench", who: [...accounts] });
  const made: Made = { type: "made", group };
  tellWork(made);
}

/** Sends messages, some at once; told when the last one is on disk here. */
async function send({ group, messages }: { readonly group: string; readonly messages: number }): Promise<void> {
  let sent = 0;
  const sendSome = async (): Promise<void> => {
    while (sent < messages) {
      sent += 1;
      await client.call("group.send", { group, text: `${sent} `.padEnd(GROUP_WORK.sizeBytes, "x") });
    }
  };
  await Promise.all(Array.from({ length: GROUP_WORK.sends }, sendSome));
  tellWork({ type: "sent" });
}

/** Told when every member's device has said that it has the newest messages. */
async function confirm({ group, messages }: { readonly group: string; readonly messages: number }): Promise<void> {
  await answered(node, ["group.message"], async () => {
    const [last] = await client.call("group.messages", { group, limit: 1 });
    if (last?.state !== "delivered") return null;
    const lines = await client.call("group.messages", { group, limit: Math.min(500, messages) });
    return lines.every(({ state, line }) => line !== undefined || state === "delivered") ? true : null;
  });
  tellWork({ type: "confirmed" });
}

/** Asks one more to join and says something once they have. */
async function add({ group, who }: { readonly group: string; readonly who: string }): Promise<void> {
  await client.call("group.add", { group, who });
  await groupThat(node, group, ({ members }) => members.some(({ account }) => account === who));
  await client.call("group.send", { group, text: "welcome" });
  tellWork({ type: "added" });
}

serveWork(
  {
    invite: ({ count }: { readonly count: number }) => makeInvites(count),
    found: ({ accounts }: WorkerMessage & { readonly accounts: readonly string[] }) => makeGroup(accounts),
    settle: async ({ group, members }: { readonly group: string; readonly members: number }) => {
      await groupThat(node, group, (each) => each.members.length === members && each.members.every(isThere));
      tellWork({ type: "settled" });
    },
    send,
    confirm,
    add,
    report: () => tellWork(cpuReport()),
  },
  () => node.stop(),
);

function isThere({ isMet, isOwn }: { readonly isMet: boolean; readonly isOwn: boolean }): boolean {
  return isMet || isOwn;
}

tellWork({ type: "ready" });
