/** Where a device's request box is: one relay and the box's id there. */
import { field, record, type Shape } from "../codec/schema.ts";
import { type BoxId, boxId, type RelayRef, relayRef } from "../ids.ts";

/** A request box on a relay. */
export interface BoxRef {
  readonly boxId: BoxId;
  readonly relay: RelayRef;
}

/** Codec shape of a box reference. */
export const boxRefShape: Shape<BoxRef> = record<BoxRef>({
  boxId: field(1, boxId),
  relay: field(2, relayRef),
});
