import type { GroupInfo } from "@kith/client";
import { expect, test } from "vitest";
import type { PersonalNode } from "../../packages/node/src/daemon/node-contract.ts";
import { admit, eventually, makeFolder, startPerson, startTestRelay } from "./nodes.ts";

type Node = Pick<PersonalNode, "client">;

async function groupOf({ client }: Node, isWanted: (group: GroupInfo) => boolean): Promise<GroupInfo> {
  return eventually("the group is as it should be", async () => {
    return (await client.call("group.list", {})).find(isWanted) ?? null;
  });
}

async function heard({ client }: Node, group: string, texts: readonly string[]): Promise<readonly string[]> {
  return eventually("everything was heard", async () => {
    const said = (await client.call("group.messages", { group })).map(({ text }) => text).filter((text) => text !== "");
    return texts.every((text) => said.includes(text)) ? said : null;
  });
}

test("four nodes of whom three are strangers talk in a group; who is removed reads nothing more; a restart keeps it", async () => {
  const relay = await startTestRelay();
  const relays = [relay.address];
  const adaFolder = await makeFolder();
  const ada = await startPerson(adaFolder, relays);
  const { account } = await ada.client.call("account.create", {});
  const others: PersonalNode[] = [];
  const accounts: string[] = [];
  for (let i = 0; i < 3; i++) {
    const node = await startPerson(await makeFolder(), relays, { isRelayOn: false });
    others.push(node);
    accounts.push(await admit(ada, account, node));
  }
  const { group } = await ada.client.call("group.create", { name: "Reading circle", who: accounts });
  for (const node of others) {
    await groupOf(node, ({ standing }) => standing === "invited");
    await node.client.call("group.join", { group });
  }
  const all = [ada, ...others];
  for (const node of all) await groupOf(node, ({ members }) => members.length === 4);

  for (const [index, node] of all.entries())
    await node.client.call("group.send", { group, text: `hello from ${index}` });
  const hellos = all.map((_, index) => `hello from ${index}`);
  for (const node of all) expect([...(await heard(node, group, hellos))].sort()).toEqual(hellos);

  const [bob, , eve] = others as [PersonalNode, PersonalNode, PersonalNode];
  await ada.client.call("group.remove", { group, who: accounts[2] as string });
  await groupOf(eve, ({ standing }) => standing === "gone");
  await groupOf(bob, ({ members }) => members.length === 3);
  await bob.client.call("group.send", { group, text: "without eve" });
  await heard(ada, group, ["without eve"]);
  expect(await heard(eve, group, hellos)).not.toContain("without eve");

  await ada.stop();
  const back = await startPerson(adaFolder, relays);
  expect((await back.client.call("group.get", { group })).members).toHaveLength(3);
  await back.client.call("group.send", { group, text: "back again" });
  await heard(bob, group, ["back again"]);
}, 120_000);
