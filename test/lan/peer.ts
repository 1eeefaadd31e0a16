/** One process of the local network test: serves an echo relay, waits until it meets a peer, asks it, and tells. */
import { randomBytes } from "node:crypto";
import { createLibp2pNetwork } from "@kith/client/net";

const MEET_TIMEOUT_MS = 60_000;

function tell(message: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

const network = await createLibp2pNetwork({
  seed: randomBytes(32),
  listen: ["/ip4/0.0.0.0/tcp/0"],
  mdns: true,
  dht: "off",
  onWarning: (text) => tell({ warning: text }),
});
network.serve("relay", () => async (request) => request);
tell({ self: network.self() });

async function askFirstPeer(): Promise<void> {
  const [peer] = network.nearby();
  if (peer === undefined) return;
  const opened = await network.open(peer, "relay", "send");
  if (!opened.ok) {
    tell({ peer: peer.relay, error: opened.error.code });
    return;
  }
  const answer = await opened.value.request(Uint8Array.of(1, 2, 3));
  tell({ peer: peer.relay, addresses: peer.addresses, answered: answer.ok });
}

network.onChange(() => void askFirstPeer());
setTimeout(() => process.exit(2), MEET_TIMEOUT_MS);
process.stdin.on("end", () => process.exit(0)).resume();
