/** Takes the picture of the account that another device of ours set; inside the lock of our account. */
import type { SyncItem } from "@kith/protocol";
import type { Draft } from "../core.ts";
import type { ApplyParts } from "./apply-parts.ts";
import { contentOf, pictureItem } from "./items.ts";
import { NO_STAMP } from "./registers.ts";

/** The register of the picture. */
export const PICTURE_REGISTER = "i";

/** Makes it the picture here; people hear of it from the device that set it. */
export async function applyPicture(
  { core, registers, onStatus }: ApplyParts,
  draft: Draft,
  item: Extract<SyncItem, { readonly type: "picture" }>,
): Promise<void> {
  const before = await pictureItem(core, NO_STAMP);
  if (!registers.isLater(PICTURE_REGISTER, item, before && contentOf(before))) return;
  draft.add(core.pictures.set(core.account.id, item.picture), core.settings.setPicture(item.picture.length > 0));
  draft.add(registers.note(PICTURE_REGISTER, contentOf(item), item));
  const revision = core.settings.picture?.revision;
  for (const row of core.people.contacts()) {
    if (row.relation === "accepted") draft.add(core.people.setContact({ ...row, toldPicture: revision }));
  }
  draft.afterwards(onStatus);
}
