import { readdir } from "node:fs/promises";
import { expect, test } from "vitest";
import { eraseKeys } from "../../packages/node/src/config/erasure.ts";
import { prepareOptions } from "../../packages/node/src/daemon/prepare-options.ts";
import { makeFolder, startPerson } from "./nodes.ts";

test("an erased node says so, ends, and leaves an empty folder in which another account begins", async () => {
  const folder = await makeFolder();
  const first = await startPerson(folder, []);
  const { account } = await first.client.call("account.create", {});
  expect(await first.client.call("account.erase", { confirm: "erase" })).toEqual({ isErased: true });
  await first.erased;
  expect((await readdir(folder)).filter((name) => /secret|key|account|files/.test(name))).toEqual([]);
  await expect(first.client.call("account.status", {})).rejects.toMatchObject({ code: "ERASED" });
  await first.stop();
  expect(await readdir(folder)).toEqual([]);
  const second = await startPerson(folder, []);
  expect(await second.client.call("account.status", {})).toEqual({ state: "none" });
  expect((await second.client.call("account.create", {})).account).not.toBe(account);
});

test("a node that was cut off while it erased finishes at the next start, before anything is opened", async () => {
  const folder = await makeFolder();
  const first = await startPerson(folder, []);
  await first.client.call("account.create", {});
  await first.stop();
  await eraseKeys(folder);
  await prepareOptions({
    dataFolder: folder,
    host: "127.0.0.1",
    ports: {},
    networkFile: undefined,
    announce: [],
    relays: [],
    isMdnsOn: false,
    isStunOn: false,
    onWarning: () => undefined,
  });
  expect((await readdir(folder)).filter((name) => name !== "config.json")).toEqual([]);
  const second = await startPerson(folder, []);
  expect(await second.client.call("account.status", {})).toEqual({ state: "none" });
});
