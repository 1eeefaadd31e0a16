/** The contact backup is kept, or not, by all devices of an account alike. */
import type { SyncItem } from "@kith/protocol";
import type { Draft } from "../core.ts";
import type { ApplyParts } from "./apply-parts.ts";
import { contentOf } from "./items.ts";
import { NO_STAMP } from "./registers.ts";

/** The register that holds its secret and whether it is kept. */
export const BACKUP_REGISTER = "k";

/** Takes what another device told; inside the lock of our account. */
export function applyBackup(
  { core, registers, onStatus }: ApplyParts,
  draft: Draft,
  item: Extract<SyncItem, { readonly type: "backup" }>,
): void {
  const { contactBackup, account } = core;
  const before = contactBackup?.shared();
  const known = before ? contentOf({ type: "backup", ...before, ...NO_STAMP }) : null;
  if (!contactBackup || item.epoch !== account.chain.head.epoch) return;
  if (!registers.isLater(BACKUP_REGISTER, item, known)) return;
  draft.add(contactBackup.adopt(item), registers.note(BACKUP_REGISTER, contentOf(item), item));
  draft.afterwards(onStatus);
}
