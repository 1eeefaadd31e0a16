/**
 * How a device proves to the sender of a file of a group who it is: channels of files have throw-away identities.
 * @see docs/spec/07-file.md (In groups)
 */

import type { DeviceKeys } from "../account/device.ts";
import { fromHex } from "../bytes.ts";
import { signedBytes } from "../codec/signed.ts";
import { DOMAINS } from "../crypto/labels.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import type { FileQuestion } from "./transfer.ts";

/** The question that goes before all others about a file of a group. */
export type MemberQuestion = Extract<FileQuestion, { readonly type: "member" }>;

/** Signs it. @param id the direct id of the file: 32 bytes that only its sender and those who were told have. */
export async function signMemberQuestion(
  suite: CryptoSuite,
  id: Uint8Array,
  { deviceId: device, signingSeed }: Pick<DeviceKeys, "deviceId" | "signingSeed">,
): Promise<MemberQuestion> {
  const signature = await suite.ed25519Sign(signingSeed, signedBytes(DOMAINS.fileMember, id));
  return { type: "member", id, device, signature };
}

/** Whether the device that a question names has signed it. */
export async function isMemberQuestion(
  suite: CryptoSuite,
  { id, device, signature }: MemberQuestion,
): Promise<boolean> {
  return suite.ed25519Verify(fromHex(device), signedBytes(DOMAINS.fileMember, id), signature);
}
