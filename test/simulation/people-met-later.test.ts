/** People who are met after a device was linked: each of our devices gets what they write. */
import { afterEach, expect, test } from "vitest";
import { link, newDevice } from "../support/sim-link.ts";
import { findContact, SimWorld } from "../support/sim-world.ts";

let world: SimWorld;

afterEach(() => world.stop());

test.each(["makes", "takes"])("whoever %s the invite gets mail of somebody met later on both devices", async (role) => {
  world = await SimWorld.create({ seed: `met-later/${role}`, relays: 2 });
  const bob = await world.addPerson("bob");
  const bobTab = await newDevice(world, "bob-tab");
  await link(world, bob, bobTab);
  await world.advance(60_000);
  const eve = await world.addPerson("eve");
  const [host, guest] = role === "makes" ? [bob, eve] : [eve, bob];
  const names = await world.befriend(host, guest);
  const [toBob, toEve] = role === "makes" ? [names.host, names.guest] : [names.guest, names.host];
  await world.until(async () => (await findContact(eve, toBob))?.devices === 2);
  await world.until(async () => (await findContact(bobTab, toEve))?.relation === "accepted");
  await eve.call("message.send", { who: toBob, text: "to you both" });
  for (const device of [bob, bobTab]) {
    await world.until(async () => (await device.call("message.list", { who: toEve })).length > 0);
    expect(await device.call("message.list", { who: toEve })).toMatchObject([{ text: "to you both" }]);
  }
});
