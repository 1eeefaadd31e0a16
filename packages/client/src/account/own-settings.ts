/** What the person chose for the whole account on this device. */
import { bool, field, optional, type ProfileBody, record, type Shape, text, uint } from "@kith/protocol";
import type { Store, StoreChange } from "../ports.ts";
import { createTable, type Table } from "../store/table.ts";

/** What this account calls itself; each change has a higher number. */
export interface OwnProfile extends ProfileBody {
  readonly revision: number;
}

/** Which picture this account has, if any; each change has a higher number. The picture is in a row of its own. */
export interface OwnPicture {
  readonly isSet: boolean;
  readonly revision: number;
}

/** Bytes of a text of a profile as it is kept. */
const MAX_KEPT_BYTES = 1024;

/** The row of the choices. */
export interface SettingsRow {
  readonly hidesReading?: boolean | undefined;
  readonly newChatTimerMs?: number | undefined;
  readonly hidesTyping?: boolean | undefined;
  readonly profile?: OwnProfile | undefined;
  readonly picture?: OwnPicture | undefined;
  readonly idleLockMs?: number | undefined;
  readonly locksWhenHidden?: boolean | undefined;
  readonly hidesAddress?: boolean | undefined;
}

/** What holds on every device of the account: each is given, also when it is not set. */
export interface SharedSettings {
  readonly hidesReading: boolean | undefined;
  readonly newChatTimerMs: number | undefined;
  readonly hidesTyping: boolean | undefined;
  readonly profile: OwnProfile | undefined;
}

/** Codec shape of the choices. */
export const settingsShape: Shape<SettingsRow> = record<SettingsRow>({
  hidesReading: optional(1, bool),
  newChatTimerMs: optional(2, uint()),
  hidesTyping: optional(3, bool),
  profile: optional(
    4,
    record<OwnProfile>({
      name: optional(1, text(MAX_KEPT_BYTES)),
      about: optional(2, text(MAX_KEPT_BYTES)),
      revision: field(3, uint()),
    }),
  ),
  picture: optional(12, record<OwnPicture>({ isSet: field(1, bool), revision: field(2, uint()) })),
  idleLockMs: optional(8, uint()),
  locksWhenHidden: optional(9, bool),
  hidesAddress: optional(10, bool),
});

const KEY = "own";

/** The choices, in memory and in the store. */
export class OwnSettings {
  readonly #rows: Table<SettingsRow>;
  #row: SettingsRow = {};

  constructor(store: Store) {
    this.#rows = createTable(store, "settings", settingsShape);
  }

  async load(): Promise<void> {
    this.#row = (await this.#rows.get(KEY)) ?? {};
  }

  /** Whether others learn what was read here. Mutual: without it, what others tell of their reading is not shown. */
  get hasReadReceipts(): boolean {
    return this.#row.hidesReading !== true;
  }

  /** Whether others learn that this account is writing to them, and it of them. */
  get hasTypingIndicators(): boolean {
    return this.#row.hidesTyping !== true;
  }

  /** Whether nobody learns the network address of this device but relays. */
  get hidesAddress(): boolean {
    return this.#row.hidesAddress === true;
  }

  /** Undefined until one was set. */
  get profile(): OwnProfile | undefined {
    return this.#row.profile;
  }

  get picture(): OwnPicture | undefined {
    return this.#row.picture;
  }

  /** The timer with which chats begin, in ms; undefined: messages stay. */
  get newChatTimerMs(): number | undefined {
    return this.#row.newChatTimerMs;
  }

  /** The choices that hold on every device of the account. */
  get shared(): SharedSettings {
    const { hidesReading, hidesTyping, newChatTimerMs, profile } = this.#row;
    return { hidesReading, hidesTyping, newChatTimerMs, profile };
  }

  /** Whether nothing that holds on every device was chosen here. */
  get isUntouched(): boolean {
    return Object.values(this.shared).every((choice) => choice === undefined);
  }

  /** Takes the choices made on another device. */
  adopt(shared: SharedSettings): StoreChange {
    return this.#put({ ...this.#row, ...shared });
  }

  /** Makes a choice visible and returns the change to commit in the same turn. */
  setReadReceipts(isOn: boolean): StoreChange {
    const { hidesReading: _, ...row } = this.#row;
    return this.#put(isOn ? row : { ...row, hidesReading: true });
  }

  /** As `setReadReceipts`. @param profile in its plain form. */
  setProfile(profile: ProfileBody): StoreChange {
    return this.#put({ ...this.#row, profile: { ...profile, revision: (this.#row.profile?.revision ?? 0) + 1 } });
  }

  setPicture(isSet: boolean): StoreChange {
    return this.#put({ ...this.#row, picture: { isSet, revision: (this.#row.picture?.revision ?? 0) + 1 } });
  }

  setTypingIndicators(isOn: boolean): StoreChange {
    const { hidesTyping: _, ...row } = this.#row;
    return this.#put(isOn ? row : { ...row, hidesTyping: true });
  }

  /** As `setReadReceipts`. */
  setHidesAddress(isHidden: boolean): StoreChange {
    const { hidesAddress: _, ...row } = this.#row;
    return this.#put(isHidden ? { ...row, hidesAddress: true } : row);
  }

  /** As `setReadReceipts`. @param afterMs a life of vanishing messages, or undefined to let them stay. */
  setNewChatTimer(afterMs: number | undefined): StoreChange {
    const { newChatTimerMs: _, ...row } = this.#row;
    return this.#put(afterMs === undefined ? row : { ...row, newChatTimerMs: afterMs });
  }

  /** After how long without use the account locks, in ms. */
  get idleLockMs(): number | undefined {
    return this.#row.idleLockMs;
  }

  /** Whether pages lock when they are not seen. */
  get locksWhenHidden(): boolean {
    return this.#row.locksWhenHidden === true;
  }

  /** The change for what is given; an `idleMs` of 0 means never. */
  setLock({ idleMs, whenHidden }: { readonly idleMs?: number; readonly whenHidden?: boolean }): StoreChange {
    return this.#put({
      ...this.#row,
      ...(idleMs === undefined ? {} : { idleLockMs: idleMs === 0 ? undefined : idleMs }),
      ...(whenHidden === undefined ? {} : { locksWhenHidden: whenHidden ? true : undefined }),
    });
  }

  #put(row: SettingsRow): StoreChange {
    this.#row = row;
    return this.#rows.put(KEY, row);
  }
}
