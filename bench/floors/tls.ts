/** The floor of the wire: W1 over TLS 1.3 between two Node processes, with no session and no storage behind it. */
import { ONLINE_MESSAGES, type OnlineFigures } from "../online-figures.ts";
import { startWorker } from "../worker-process.ts";
import { makeCertificate } from "./certificate.ts";
import type { CpuUsed, TlsDone, TlsReady } from "./tls-worker.ts";

/** One round and what it cost. */
export interface TlsFigures extends OnlineFigures {
  readonly cpuMicrosPerMessage: number;
}

const WORKER = new URL("./tls-worker.ts", import.meta.url);

/** Runs one round. */
export async function takeTls(): Promise<TlsFigures> {
  const listener = startWorker(WORKER, [JSON.stringify(makeCertificate())]);
  const sender = startWorker(WORKER, []);
  try {
    const ready = await listener.next<TlsReady>("ready");
    const cpuSeconds = async (): Promise<number> => {
      const [one, two] = await Promise.all(
        [listener, sender].map((each) => each.ask<CpuUsed>({ type: "cpu" }, "cpu").then((used) => used.cpuSeconds)),
      );
      return (one ?? 0) + (two ?? 0);
    };
    const before = await cpuSeconds();
    const { figures } = await sender.ask<TlsDone>({ ...ready, type: "run" }, "done");
    const cpuMicrosPerMessage = (((await cpuSeconds()) - before) * 1e6) / ONLINE_MESSAGES;
    return { ...figures, cpuMicrosPerMessage };
  } finally {
    await Promise.all([listener.stop(), sender.stop()]);
  }
}
