/** `devices`: the devices of the account. */
import type { OwnDevice } from "@kith/client";
import { NodeError } from "../../config/node-error.ts";
import type { NodeClient } from "../../daemon/control-client.ts";
import { text } from "../../i18n/text.ts";
import type { Command, CommandContext } from "../command.ts";
import { describeTime } from "../describe.ts";
import { printableName } from "../printable.ts";

/** Digits of an id that tell devices apart. */
const ID_DIGITS = 8;

function describeDevice({ device, name, kind, isThis, addedAtMs, lastSeenMs, copied }: OwnDevice): string {
  const parts = [
    device.slice(0, ID_DIGITS),
    name === "" ? text("devices.unnamed") : printableName(name),
    text(`deviceKind.${kind}`),
    text("devices.added", { time: describeTime(addedAtMs) }),
  ];
  if (isThis) parts.push(text("devices.this"));
  else
    parts.push(
      lastSeenMs === undefined ? text("devices.neverSeen") : text("devices.seen", { time: describeTime(lastSeenMs) }),
    );
  if (copied !== undefined) parts.push(text("devices.copying", { count: copied }));
  return parts.join(", ");
}

/** The one device of a name, or of the beginning of an id. @throws NodeError USAGE. */
async function findDevice(client: NodeClient, named: string): Promise<string> {
  const devices = await client.call("device.list", {});
  const same = (a: string, b: string): boolean => a.normalize("NFC").toLowerCase() === b.normalize("NFC").toLowerCase();
  const byName = devices.filter(({ name }) => name !== "" && same(name, named.trim()));
  const byId = devices.filter(({ device }) => named.length >= ID_DIGITS && device.startsWith(named.toLowerCase()));
  const [found, other] = byName.length > 0 ? byName : byId;
  if (found === undefined || other !== undefined) throw new NodeError("USAGE", text("usage.device"));
  return found.device;
}

function show({ print }: CommandContext, devices: readonly OwnDevice[]): undefined {
  print(devices, devices.map(describeDevice));
}

async function list(context: CommandContext): Promise<undefined> {
  return show(context, await (await context.connect()).call("device.list", {}));
}

async function rename(context: CommandContext): Promise<undefined> {
  const client = await context.connect();
  const device = await findDevice(client, context.args.requiredText("name"));
  return show(context, await client.call("device.rename", { device, name: context.args.requiredText("new") }));
}

async function revoke(context: CommandContext): Promise<undefined> {
  const client = await context.connect();
  const device = await findDevice(client, context.args.requiredText("name"));
  const devices = await client.call("device.revoke", { device });
  context.print(devices, [text("devices.revoked"), ...devices.map(describeDevice)]);
}

const ACTIONS: Readonly<Record<string, (context: CommandContext) => Promise<undefined>>> = { list, rename, revoke };

/** Lists, renames and revokes devices. */
export const devicesCommand: Command = {
  args: {
    action: { type: "positional", required: false, default: "list", description: text("option.deviceAction") },
    name: { type: "positional", required: false, description: text("option.device") },
    new: { type: "positional", required: false, description: text("option.newName") },
  },
  async run(context) {
    const action = context.args.text("action") ?? "list";
    const run = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
    if (run === undefined) throw new NodeError("USAGE", text("usage.deviceAction"));
    return await run(context);
  },
};
