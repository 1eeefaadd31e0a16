/** Nodes of the work `group`: people's nodes without a relay of their own, on loopback, driven through `Client`. */
import { fileURLToPath } from "node:url";
import type { Client, ClientEvent, GroupInfo } from "@kith/client";
import { startNode } from "@kith/node";

/** The main network's parameters without proofs of work, which would run on into the first messages. */
const NETWORK_FILE = new URL("./local-network.json", import.meta.url);

const POLL_MS = 250;

/** A node and who listens to its events. */
export interface GroupNode {
  readonly client: Client;
  readonly account: string;
  /** Called with each event, and not after it has said that it has seen enough. */
  readonly listeners: Set<(event: ClientEvent) => void>;
  stop(): Promise<void>;
}

/** Starts a person's node that uses one relay; it has an account. */
export async function startGroupNode(dataFolder: string, relay: string): Promise<GroupNode> {
  const place = { host: "127.0.0.1", port: 0, wsPort: 0, isMdnsOn: false, isStunOn: false, isRelayOn: false };
  const node = await startNode({ dataFolder, networkFile: fileURLToPath(NETWORK_FILE), relays: [relay], ...place });
  const { client } = node;
  const { account } = await client.call("account.create", {});
  const listeners = new Set<(event: ClientEvent) => void>();
  void listen(client, listeners);
  return { client, account, listeners, stop: () => node.stop() };
}

async function listen(client: Client, listeners: ReadonlySet<(event: ClientEvent) => void>): Promise<void> {
  for await (const event of client.events(-1, new AbortController().signal)) for (const each of listeners) each(event);
}

/** Resolves once a question has an answer that is not null; asked now and after each event of some types. */
export function answered<T>(
  { listeners }: GroupNode,
  types: readonly ClientEvent["type"][],
  ask: () => Promise<T | null>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let isAsking = false;
    let isAskedAgain = false;
    const look = async (): Promise<void> => {
      isAskedAgain = true;
      if (isAsking) return;
      isAsking = true;
      while (isAskedAgain) {
        isAskedAgain = false;
        const answer = await ask();
        if (answer === null) continue;
        listeners.delete(onEvent);
        clearInterval(timer);
        return resolve(answer);
      }
      isAsking = false;
    };
    const onEvent = ({ type }: ClientEvent): void => {
      if (types.includes(type)) look().catch(reject);
    };
    listeners.add(onEvent);
    // Some things come without an event: that two members have met.
    const timer = setInterval(() => look().catch(reject), POLL_MS);
    look().catch(reject);
  });
}

/** Resolves once a group is as wanted. */
export function groupThat(node: GroupNode, group: string, isWanted: (group: GroupInfo) => boolean): Promise<GroupInfo> {
  return answered(node, ["group.changed", "group.message"], async () => {
    const found = (await node.client.call("group.list", {})).find((each) => each.group === group);
    return found !== undefined && isWanted(found) ? found : null;
  });
}
