/** A relay for others, without an identity of a person. Usage: node main.ts [FOLDER] [ANNOUNCED-ADDRESS]... */
import { startRelay } from "@kith/node";

const [dataFolder = "relay-data", ...announce] = process.argv.slice(2);
const relay = await startRelay({ dataFolder, announce, onWarning: console.error });
const { listening } = await relay.status();
console.log("give one of these to people, for `kith relays add`:");
for (const address of listening) console.log(address);

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, async () => {
    await relay.stop();
    process.exit();
  });
}
