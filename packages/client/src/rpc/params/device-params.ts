/** Schemas for what the methods about devices are called with. */
import { boolean, exactOptional, integer, maxLength, minValue, number, picklist, pipe, regex, string } from "valibot";
import type { DeviceMethods } from "../../devices/device-info.ts";
import { type MethodTable, paramsSchema } from "../method-table.ts";
import { MAX_INVITE_INPUT_CHARACTERS, none, type Params, short } from "./common.ts";

const deviceId = pipe(string(), regex(/^[0-9a-f]{64}$/));
const deviceKind = picklist(["browser", "node", "terminal", "other"]);

/** The methods of `DeviceMethods` with their schemas. */
export const deviceParams: MethodTable<DeviceMethods> = {
  "device.list": none,
  "device.rename": paramsSchema<Params<"device.rename">>({ device: deviceId, name: short }),
  "device.revoke": paramsSchema<Params<"device.revoke">>({ device: deviceId }),
  "link.begin": paramsSchema<Params<"link.begin">>({ name: exactOptional(short), kind: exactOptional(deviceKind) }),
  "link.join": paramsSchema<Params<"link.join">>({
    code: pipe(string(), maxLength(MAX_INVITE_INPUT_CHARACTERS)),
    name: short,
    kind: deviceKind,
  }),
  "link.get": paramsSchema<Params<"link.get">>({ version: exactOptional(pipe(number(), integer(), minValue(0))) }),
  "link.confirm": paramsSchema<Params<"link.confirm">>({ isSame: boolean(), withHistory: exactOptional(boolean()) }),
  "link.cancel": none,
};
