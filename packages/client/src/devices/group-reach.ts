/** What keeping devices alike asks of whoever keeps groups: how far own messages there got. */
import type { ContentId, GroupId, ReachedMessage, SyncItem } from "@kith/protocol";
import type { Draft } from "../core.ts";

/** The item that tells it. */
export type ReachedItem = Extract<SyncItem, { readonly type: "reached" }>;

/** How far own messages got in the groups of one account. */
export interface GroupReach {
  /** Whether another device of ours sent a message, as far as is in memory: then that one tells of it. */
  isSentElsewhere(id: ContentId): boolean;
  /** How far a message got that was sent here; null for others, and while it has not left. */
  of(group: GroupId, id: ContentId): Promise<ReachedMessage | null>;
  /** Takes what another device of ours tells; the caller holds the lock of our account and commits the draft. */
  take(draft: Draft, item: ReachedItem): Promise<void>;
}
