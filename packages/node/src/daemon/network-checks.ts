/** What a doctor finds on a running node: ports, reachability from outside, relays, DHT peers and the claim. */
import type { AccountStatus, RelayStatus } from "@kith/client";
import { decodeAs, encodeAs, MAX_FRAME_BYTES, type RelayRef, relayRequest, relayResponse } from "@kith/protocol";
import { text } from "../i18n/text.ts";
import type { ListeningNode } from "./listening-node.ts";
import type { DoctorCheck, DoctorSubject } from "./node-contract.ts";

/** What is looked at. */
export interface NetworkFacts {
  readonly node: ListeningNode;
  readonly relays: readonly RelayStatus[];
  readonly hasAccount: boolean;
  readonly status: AccountStatus | null;
}

/** All findings of a running node beyond its machine. */
export async function checkNetwork({
  node,
  relays,
  hasAccount,
  status,
}: NetworkFacts): Promise<readonly DoctorCheck[]> {
  const bound = node.network.boundAddresses;
  const peers = node.network.routingPeers;
  return [
    { subject: "store", state: "ok", found: text("doctor.opened") },
    { subject: "ports", state: bound.length > 0 ? "ok" : "warn", found: bound.join(", ") || text("doctor.none") },
    ...(await checkDialback(node, relays)),
    ...(hasAccount ? [checkRelays(relays)] : []),
    {
      subject: "dht",
      state: peers > 0 ? "ok" : "warn",
      found: text("doctor.count", { count: String(peers) }),
    },
    ...(status?.state === "ready" ? [checkClaim(status)] : []),
  ];
}

function checkRelays(relays: readonly RelayStatus[]): DoctorCheck {
  const others = relays.filter((each) => each.source !== "own");
  const connected = others.filter((each) => each.state === "connected").length;
  const found = text("doctor.relayCount", { connected: String(connected), known: String(others.length) });
  return { subject: "relays", state: connected > 0 ? "ok" : "warn", found };
}

function checkClaim({ handle }: AccountStatus): DoctorCheck {
  const state = handle?.publication === "published" ? "ok" : "warn";
  return { subject: "claim", state, found: handle?.publication ?? text("doctor.none") };
}

const SUBJECTS: readonly (readonly [DoctorSubject, (address: string) => boolean])[] = [
  ["dial-back-tcp", (address) => /\/tcp\/\d+$/.test(address)],
  ["dial-back-ws", (address) => address.endsWith("/ws")],
  ["dial-back-webrtc", (address) => address.includes("/webrtc-direct")],
];

/** Asks another relay to dial our addresses; without one nobody can tell. */
async function checkDialback(node: ListeningNode, relays: readonly RelayStatus[]): Promise<readonly DoctorCheck[]> {
  const addresses = node.network.self()?.addresses ?? [];
  const helper = [...relays.filter((each) => each.source !== "own"), ...node.network.nearby()][0];
  const reached = helper === undefined ? null : await askDialback(node, toRef(helper), addresses);
  return SUBJECTS.map(([subject, isOfTransport]) => {
    const index = addresses.findIndex(isOfTransport);
    if (index < 0 || reached === null) return { subject, state: "warn", found: text("doctor.nobodyToAsk") };
    const isReached = reached[index] === true;
    return { subject, state: isReached ? "ok" : "fail", found: addresses[index] ?? "" };
  });
}

function toRef(each: RelayStatus | RelayRef): RelayRef {
  return { relay: each.relay as RelayRef["relay"], addresses: each.addresses };
}

async function askDialback(
  node: ListeningNode,
  helper: RelayRef,
  addresses: readonly string[],
): Promise<readonly boolean[] | null> {
  if (addresses.length === 0) return null;
  const channel = await node.network.open(helper, "relay", "once");
  if (!channel.ok) return null;
  const wanted = addresses.map((address) => `${address}/p2p/${node.relayId}`);
  const answer = await channel.value.request(encodeAs(relayRequest, { type: "dialback", addresses: wanted }), 20_000);
  channel.value.close();
  const response = answer.ok ? decodeAs(relayResponse, answer.value, MAX_FRAME_BYTES) : answer;
  return response.ok && response.value.type === "dialback" ? response.value.reached : null;
}
