/** Greets the relay at a multiaddr and prints what came of it: in a process of its own, which trusts a certificate. */
import { Libp2pNetwork } from "@kith/client/net";
import { decodeAs, encodeAs, MAX_FRAME_BYTES, relayRequest, relayResponse } from "@kith/protocol";
import { parseRelayAddress } from "../../packages/node/src/config/relay-address.ts";

const target = parseRelayAddress(process.argv[2] ?? "");
if (target === null) throw new TypeError("a relay address was expected");
const network = new Libp2pNetwork({ listen: [], mdns: false, dht: "off" });
const channel = await network.open(target, "relay", "once");
if (channel.ok) {
  const answer = await channel.value.request(encodeAs(relayRequest, { type: "info" }));
  const info = answer.ok ? decodeAs(relayResponse, answer.value, MAX_FRAME_BYTES) : null;
  process.stdout.write(info?.ok === true ? info.value.type : "no answer");
} else process.stdout.write(channel.error.code);
await network.stop();
process.exit(0);
