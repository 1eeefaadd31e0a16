/** Giving the own handle up. */
import { releaseHandle } from "@kith/protocol";
import { sayOfHandle } from "../account/own-entry.ts";
import type { Inside } from "../extras.ts";

/** Appends the release and tells boxes, devices and people. @throws MessengerError HANDLE_NONE, CHAIN_FULL. */
export async function releaseOwnHandle(inside: Inside): Promise<void> {
  const engine = inside.engine();
  const { core } = engine;
  await sayOfHandle(core, (chain, by) => releaseHandle(core.suite, chain, by));
  void engine.tellChain();
}
