/** Schemas for what the methods about relays are called with. */
import type { RelayMethods } from "../../relay/relay-info.ts";
import { type MethodTable, paramsSchema } from "../method-table.ts";
import { none, type Params, short } from "./common.ts";

/** The methods of `RelayMethods` with their schemas. */
export const relayParams: MethodTable<RelayMethods> = {
  "relay.list": none,
  "relay.add": paramsSchema<Params<"relay.add">>({ address: short }),
  "relay.remove": paramsSchema<Params<"relay.remove">>({ relay: short }),
};
