/** The script of the page that runs the protocol's own checks where it will be used: on the browser's cryptography. */
import { type CryptoSuite, encodeSessionRecord, nobleSuite } from "@kith/protocol";
import { createSessionDevice, createSessionParty, SUITE_CHECKS } from "@kith/protocol/testing";
import { describeCrypto, randomBytes, cryptoSuite as webSuite } from "../../../packages/client/src/crypto/web.ts";
import { DECODERS } from "../../../packages/protocol/test/decoders.ts";
import { RECORDED_CHECKS, SESSION_CHECKS } from "../../../packages/protocol/test/session-checks.ts";
import { STANDARD_CHECKS } from "../../../packages/protocol/test/standards.ts";
import { WYCHEPROOF_CHECKS } from "../../../packages/protocol/test/wycheproof.ts";

declare global {
  interface Window {
    /** Runs one check by its name; the message of what it broke, or null. */
    runProtocolCheck: (name: string) => Promise<string | null>;
    /** Which primitives this browser has. */
    describeCrypto: typeof describeCrypto;
    /** Messages a second, by the clock, of a conversation in turns whose state is encoded after each step. */
    measurePingPong: (messages: number, sizeBytes: number) => Promise<number>;
  }
}

const RANDOM_INPUTS = 300;

function checksOf(suite: CryptoSuite): readonly (readonly [name: string, run: () => Promise<void>])[] {
  const of = [...SUITE_CHECKS, ...WYCHEPROOF_CHECKS, ...STANDARD_CHECKS, ...SESSION_CHECKS];
  return of.map((check) => [`${suite.name}: ${check.name}`, async () => check.run(suite)] as const);
}

/** Random bytes into every decoder. */
async function feedDecoders(): Promise<void> {
  for (const { name, takes } of DECODERS) {
    for (let i = 0; i < RANDOM_INPUTS; i++) {
      const bytes = randomBytes(i);
      try {
        takes(bytes);
      } catch (error) {
        throw new Error(`${name} threw on [${bytes}]`, { cause: error });
      }
    }
  }
}

const CHECKS: ReadonlyMap<string, () => Promise<void>> = new Map([
  ...checksOf(webSuite),
  ...checksOf(nobleSuite),
  ...RECORDED_CHECKS.map(({ name, run }) => [name, run] as const),
  ["every decoder refuses random bytes", feedDecoders],
]);

window.runProtocolCheck = async (name) => {
  const run = CHECKS.get(name);
  if (run === undefined) return "there is no such check";
  try {
    await run();
    return null;
  } catch (error) {
    return String(error);
  }
};

window.describeCrypto = describeCrypto;

window.measurePingPong = async (messages, sizeBytes) => {
  const context = { suite: webSuite, random: randomBytes, nowMs: 1_700_000_000_000 };
  const a = createSessionParty(context, await createSessionDevice(webSuite, randomBytes));
  const b = createSessionParty(context, await createSessionDevice(webSuite, randomBytes));
  await a.start(b.device, 0);
  const text = new Uint8Array(sizeBytes);
  const startedMs = performance.now();
  for (let i = 0; i < messages; i++) {
    const [from, to] = i % 2 === 0 ? [a, b] : [b, a];
    const message = await from.send(text);
    encodeSessionRecord(from.record);
    const received = await to.receive(message, from.device);
    if (!received.ok) throw new Error(received.error.code);
    encodeSessionRecord(to.record);
  }
  return (messages * 1000) / (performance.now() - startedMs);
};
