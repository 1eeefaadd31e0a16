/** The own picture, and those of others: what is set and what is shown is looked at by its first bytes. */
import { type AccountId, MAX_PICTURE_PIXELS, readPictureType } from "@kith/protocol";
import type { Methods } from "../client.ts";
import type { Engine } from "../engine.ts";
import { fromBase64, toBase64 } from "../file/base64.ts";
import { MessengerError } from "../messenger-error.ts";
import { requireContact } from "../people/who.ts";
import { tellProfile } from "../send/profile.ts";

/** Sets the own picture, in base64, or takes it back, and tells people. @throws MessengerError PICTURE_INVALID. */
export async function setPicture(engine: Engine, picture: string | undefined): Promise<void> {
  const { store, pictures, settings, account, people, lock } = engine.core;
  const bytes = picture === undefined ? new Uint8Array(0) : fromBase64(picture);
  if (bytes === null || (picture !== undefined && readPictureType(bytes) === null)) {
    throw new MessengerError("PICTURE_INVALID", "this is no small JPEG, PNG or WebP of one frame", {
      details: { limit: MAX_PICTURE_PIXELS },
    });
  }
  // Another device of ours may tell of its own picture at this moment.
  await lock.run(account.id, () =>
    store.commit([pictures.set(account.id, bytes), settings.setPicture(picture !== undefined)]),
  );
  for (const contact of people.contacts()) void tellProfile(engine, contact.account);
}

/** A picture that may be drawn; null when there is none, or what came is none. */
export async function readPicture(
  { core }: Engine,
  who: string | undefined,
): Promise<Methods["profile.picture"]["result"]["picture"]> {
  const account: AccountId = who === undefined ? core.account.id : requireContact(core.people, who).account;
  const bytes = await core.pictures.get(account);
  const mediaType = bytes === undefined ? null : readPictureType(bytes);
  return bytes === undefined || mediaType === null ? null : { mediaType, data: toBase64(bytes) };
}
