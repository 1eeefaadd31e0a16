/** The methods that link devices, list, name and revoke them. */
import { type DeviceId, MAX_DEVICE_NAME_BYTES, parseLinkCode, revokeDevice, utf8Length } from "@kith/protocol";
import { appendOwnEntry } from "../../account/own-entry.ts";
import type { LinkStatus, OwnDevice } from "../../client.ts";
import type { Engine } from "../../engine.ts";
import type { Extras, Inside } from "../../extras.ts";
import { MessengerError } from "../../messenger-error.ts";
import type { Handlers } from "../../methods/handlers.ts";
import { entryTime } from "../../people/device-changes.ts";
import { OwnDevices, openOwnDevices } from "../own-devices.ts";
import { LinkGuest } from "./link-guest.ts";
import { LinkHost } from "./link-host.ts";

type LinkHandlers = Pick<Handlers, Extract<keyof Handlers, `link.${string}` | `device.${string}`>>;

/** The methods of one messenger. */
export const createDevices: Extras = (inside): LinkHandlers => {
  let link: LinkHost | LinkGuest | null = null;
  const begin = (next: LinkHost | LinkGuest): LinkStatus => {
    link = next;
    return next.state.status;
  };
  return {
    ...deviceMethods(inside),
    async "link.begin"({ name = "", kind = "other" }) {
      const engine = inside.engine();
      const devices = await ownDevices(engine);
      checkName(name);
      const { deviceId } = engine.core.account.device;
      if (devices.book.get(deviceId).name === "") await devices.setDevice(deviceId, { name: name.trim(), kind });
      link?.end("cancelled");
      return begin(await LinkHost.begin(engine, devices));
    },
    async "link.join"({ code: input, name, kind }) {
      inside.requireEmpty();
      checkName(name);
      const code = parseLinkCode(input, inside.parts.clock.nowMs());
      if (!code.ok) {
        const isExpired = code.error.code === "LINK_EXPIRED";
        throw new MessengerError(code.error.code, isExpired ? "this code has expired" : "this is not a link code");
      }
      link?.end("cancelled");
      const guest = new LinkGuest(inside, code.value, { name: name.trim(), kind });
      void guest.begin();
      return begin(guest);
    },
    async "link.get"({ version }) {
      if (link === null) return null;
      return version === undefined ? link.state.status : link.state.next(version);
    },
    async "link.confirm"({ isSame, withHistory = false }) {
      if (link === null) throw new MessengerError("LINK_NONE", "no link is under way");
      link.confirm(isSame, withHistory);
      return link.state.status;
    },
    async "link.cancel"() {
      link?.end("cancelled");
      return link?.state.status ?? null;
    },
  };
};

type DeviceHandlers = Pick<Handlers, "device.list" | "device.rename" | "device.revoke">;

function deviceMethods(inside: Inside): DeviceHandlers {
  return {
    async "device.list"() {
      const engine = inside.engine();
      return listDevices(engine, await ownDevices(engine));
    },
    async "device.rename"({ device, name }) {
      const engine = inside.engine();
      const devices = await ownDevices(engine);
      checkName(name);
      await devices.setDevice(requireDevice(engine, device), { name: name.trim() });
      return listDevices(engine, devices);
    },
    async "device.revoke"({ device }) {
      const engine = inside.engine();
      const devices = await ownDevices(engine);
      await revoke(engine, devices, requireDevice(engine, device));
      return listDevices(engine, devices);
    },
  };
}

/** The part that knows our devices; opened now where there was but one. */
async function ownDevices(engine: Engine): Promise<OwnDevices> {
  await engine.openOwnSync(openOwnDevices);
  const { own } = engine.core;
  if (own instanceof OwnDevices) return own;
  throw new TypeError("the part for devices is not loaded");
}

function listDevices({ core }: Engine, { book, history }: OwnDevices): readonly OwnDevice[] {
  const { chain, device: self } = core.account;
  return chain.devices.map(({ deviceId, addedAt }) => {
    const { name, kind, lastSeenMs } = book.get(deviceId);
    const copied = history.copied(deviceId);
    return {
      device: deviceId,
      name,
      kind,
      isThis: deviceId === self.deviceId,
      addedAtMs: entryTime(core, chain, addedAt.seq),
      ...(lastSeenMs === undefined ? {} : { lastSeenMs }),
      ...(copied === undefined ? {} : { copied }),
    };
  });
}

/** @throws MessengerError DEVICE_UNKNOWN. */
function requireDevice({ core }: Engine, named: string): DeviceId {
  const found = core.account.chain.devices.find(({ deviceId }) => deviceId === named);
  if (found !== undefined) return found.deviceId;
  throw new MessengerError("DEVICE_UNKNOWN", "the account has no such device");
}

/** @throws MessengerError TEXT_TOO_LONG. */
function checkName(name: string): void {
  const actual = utf8Length(name.trim());
  if (actual <= MAX_DEVICE_NAME_BYTES) return;
  throw new MessengerError("TEXT_TOO_LONG", `the name has ${actual} bytes, the limit is ${MAX_DEVICE_NAME_BYTES}`, {
    details: { actual, limit: MAX_DEVICE_NAME_BYTES },
  });
}

async function revoke({ core }: Engine, devices: OwnDevices, deviceId: DeviceId): Promise<void> {
  if (deviceId === core.account.device.deviceId) {
    throw new MessengerError("DEVICE_SELF", "a device is taken out of the account on another one");
  }
  const longer = await appendOwnEntry(core, (chain, by) =>
    revokeDevice(core.suite, chain, { ...by, body: { deviceId } }),
  );
  if (!longer.ok) {
    throw new MessengerError("DEVICE_NOT_ALLOWED", "this device may not change the devices of the account");
  }
  await devices.sayGoodbye(deviceId);
  await devices.followChain();
}
