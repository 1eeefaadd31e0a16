/** Operations that came before what they come after; in memory only, bounded, asked for again after a restart. */
import { type GroupId, MAX_GROUP_OPERATIONS, type VerifiedOperation } from "@kith/protocol";

/** Operations of one known group that are kept early. */
const MAX_EARLY = 64;

/** Groups that nothing is known of but operations: a log comes in several mails, and who it invites in a late one. */
const MAX_UNKNOWN_GROUPS = 8;

/** The same for what people say who are not let in yet: they cannot push out what others said. */
const MAX_GROUPS_OF_STRANGERS = 4;

/** What waits for its parents, by group. */
export class EarlyOperations {
  readonly #known = new Map<GroupId, readonly VerifiedOperation[]>();
  readonly #unknown = new Map<GroupId, readonly VerifiedOperation[]>();
  readonly #strange = new Map<GroupId, readonly VerifiedOperation[]>();

  of(group: GroupId): readonly VerifiedOperation[] {
    return this.#known.get(group) ?? this.#unknown.get(group) ?? this.#strange.get(group) ?? [];
  }

  /** Keeps what could not be placed in a group that is known. */
  keep(group: GroupId, operations: readonly VerifiedOperation[]): void {
    this.#unknown.delete(group);
    this.#strange.delete(group);
    if (operations.length === 0) this.#known.delete(group);
    else this.#known.set(group, operations.slice(-MAX_EARLY));
  }

  /** Keeps all that came of a group that is not known yet, instead of the group that waits for longest. */
  keepUnknown(group: GroupId, operations: readonly VerifiedOperation[], isStranger: boolean): void {
    const kept = isStranger ? this.#strange : this.#unknown;
    kept.delete(group);
    kept.set(group, operations.slice(0, MAX_GROUP_OPERATIONS));
    const [oldest] = kept.keys();
    const limit = isStranger ? MAX_GROUPS_OF_STRANGERS : MAX_UNKNOWN_GROUPS;
    if (oldest !== undefined && kept.size > limit) kept.delete(oldest);
  }
}
