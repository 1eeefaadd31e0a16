/** Links devices of one person in a simulation. */
import type { LinkStatus } from "@kith/client";
import type { SimPerson } from "./sim-person.ts";
import type { SimWorld } from "./sim-world.ts";

/** A device on which nobody lives yet. */
export async function newDevice(
  world: SimWorld,
  name: string,
  start: { readonly listens?: boolean } = {},
): Promise<SimPerson> {
  const device = world.newPerson(name, start);
  await world.settle(device.start());
  return device;
}

/** The stage of a link as one side sees it. */
export async function linkOf(of: SimPerson): Promise<LinkStatus | null> {
  return of.call("link.get", {});
}

/** Begins a link and waits until both sides show their words. */
export async function meet(world: SimWorld, old: SimPerson, fresh: SimPerson, name = fresh.name): Promise<void> {
  const { code = "" } = await old.call("link.begin", { name: old.name, kind: "node" });
  await fresh.call("link.join", { code, name, kind: "browser" });
  await world.until(async () => (await linkOf(old))?.stage === "compare" && (await linkOf(fresh))?.stage === "compare");
}

/** Makes a new device one of a person's. */
export async function link(
  world: SimWorld,
  old: SimPerson,
  fresh: SimPerson,
  options: { readonly withHistory?: boolean } = {},
): Promise<void> {
  await meet(world, old, fresh);
  await fresh.call("link.confirm", { isSame: true });
  await old.call("link.confirm", { isSame: true, withHistory: options.withHistory ?? false });
  await world.until(async () => (await linkOf(old))?.stage === "done" && (await linkOf(fresh))?.stage === "done");
  fresh.record();
}
