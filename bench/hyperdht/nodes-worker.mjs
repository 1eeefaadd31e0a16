/**
 * hyperdht's side of W5: nodes in one process on loopback; each signed record is put by another node and got by a fresh
 * ephemeral one. Takes the number of nodes and of look-ups; answers like the workers of `worker-process.ts`.
 */
import DHT from "hyperdht";
import createTestnet from "hyperdht/testnet.js";

const HOST = { host: "127.0.0.1" };
const [, , nodesText = "20", lookupsText = "30"] = process.argv;
const nodeCount = Number(nodesText);

async function take() {
  const startedMs = performance.now();
  const net = await createTestnet(nodeCount, HOST);
  const figures = { type: "figures", buildMs: performance.now() - startedMs, coldFound: 0 };
  Object.assign(figures, { joinMs: [], coldMs: [], coldRequests: [] });
  for (let index = 0; index < Number(lookupsText); index++) await lookUp(net, index, figures);
  const rssBytesPerNode = process.memoryUsage.rss() / nodeCount;
  process.send?.({ ...figures, rssBytesPerNode });
}

async function lookUp(net, index, figures) {
  const keys = DHT.keyPair();
  const record = Buffer.from(`record ${index}`);
  await net.nodes[index % nodeCount].mutablePut(keys, record);
  const fresh = new DHT({ bootstrap: net.bootstrap, ephemeral: true, ...HOST });
  const joinedMs = performance.now();
  await fresh.fullyBootstrapped();
  figures.joinMs.push(performance.now() - joinedMs);
  const requestsBefore = fresh.stats.requests.total;
  const startedMs = performance.now();
  const found = await fresh.mutableGet(keys.publicKey);
  figures.coldMs.push(performance.now() - startedMs);
  figures.coldRequests.push(fresh.stats.requests.total - requestsBefore);
  if (found?.value.equals(record)) figures.coldFound += 1;
  await fresh.destroy();
}

process.once("disconnect", () => process.exit(1));
process.on("message", ({ type }) => {
  if (type === "stop") process.exit(0);
  if (type === "take") void take();
});
