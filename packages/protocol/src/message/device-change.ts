/** A line that a reader writes by itself when a person's verified chain lists another device, or one less. */
import { concat, fromHex, toHex, utf8 } from "../bytes.ts";
import { field, oneOf, record, type Shape } from "../codec/schema.ts";
import { LABELS } from "../crypto/labels.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { type AccountId, type ContentId, type DeviceId, deviceId } from "../ids.ts";
import { CONTENT_KINDS, type Content, makeContent } from "./content.ts";

/** What changed. */
export interface DeviceChangeBody {
  readonly device: DeviceId;
  readonly change: "added" | "removed";
}

/** Codec shape of the body. */
export const deviceChangeBody: Shape<DeviceChangeBody> = record<DeviceChangeBody>({
  device: field(1, deviceId),
  change: field(2, oneOf<DeviceChangeBody["change"]>({ added: 0, removed: 1 })),
});

/**
 * The line; its id follows from what changed, so that every device of a reader writes the same one, once. It never
 * travels: what comes under this kind is dropped.
 */
export function deviceChangeContent(
  suite: Pick<CryptoSuite, "sha256">,
  account: AccountId,
  body: DeviceChangeBody,
  atMs: number,
): Content {
  const named = concat(utf8(LABELS.deviceChange), fromHex(account), fromHex(body.device), utf8(body.change));
  const id = toHex(suite.sha256(named).subarray(0, 16)) as ContentId;
  return makeContent({ id, sentAtMs: atMs }, CONTENT_KINDS.deviceChange, deviceChangeBody, body);
}
