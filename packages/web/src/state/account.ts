/** The account of this node as the page knows it. */
import type { AccountStatus } from "@kith/client/rpc";
import { batch, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { MessengerLink } from "./messenger-link.ts";
import { rememberInTab } from "./tab-memory.ts";

/** What an X handle is made of, as people write it. */
export const HANDLE: RegExp = /^@?[A-Za-z0-9_]{1,15}$/;

/** Holds the last status; every method that changes the account passes through here. */
export class Account {
  readonly #link: MessengerLink;
  readonly #status = signal<AccountStatus | null>(null);
  /** True from the making of an account until its first steps are done. */
  readonly isNew: Signal<boolean> = signal(false);
  /** True when the account was made in this tab. */
  readonly wasMadeHere: Signal<boolean> = signal(false);
  /** The handle that was chosen for the account that is being made; it is claimed once somebody can be asked. */
  readonly wantedHandle: Signal<string | null> = signal(null);

  /** True when the account that is new here came from a backup. */
  readonly wasRestored: Signal<boolean> = signal(false);

  /** True when this device is new in an account that lives on others. */
  readonly wasLinked: Signal<boolean> = signal(false);

  /** Set while this device is being linked: its account may open before the page hears that the link is done. */
  isLinking = false;

  constructor(link: MessengerLink) {
    this.#link = link;
    rememberInTab("isNew", this.isNew);
    rememberInTab("wasMadeHere", this.wasMadeHere);
    rememberInTab("wantedHandle", this.wantedHandle);
    rememberInTab("wasRestored", this.wasRestored);
    rememberInTab("wasLinked", this.wasLinked);
  }

  get status(): ReadonlySignal<AccountStatus | null> {
    return this.#status;
  }

  set(status: AccountStatus): void {
    batch(() => {
      if (this.isLinking && status.state === "ready") {
        this.isLinking = false;
        this.wasLinked.value = true;
        this.wasRestored.value = true;
        this.isNew.value = true;
      }
      this.#status.value = status;
    });
  }

  async refresh(): Promise<void> {
    this.set(await this.#link.call("account.status", {}));
  }

  async create(params: { handle?: string; pin?: string }): Promise<void> {
    this.isNew.value = true;
    this.wasMadeHere.value = true;
    try {
      await this.#link.call("account.create", params);
      await this.refresh();
    } catch (error) {
      // The account may exist although its handle was refused: what the node says counts.
      await this.refresh();
      this.isNew.value = this.#status.value?.state === "ready";
      throw error;
    }
  }

  /** Takes the account that a restore ends with; it was written down and claimed before. */
  async restore(finish: () => Promise<AccountStatus>): Promise<void> {
    this.isNew.value = true;
    this.wasRestored.value = true;
    try {
      this.set(await finish());
    } catch (error) {
      this.isNew.value = false;
      this.wasRestored.value = false;
      throw error;
    }
  }

  async unlock(pin: string): Promise<void> {
    this.set(await this.#link.call("account.unlock", { pin }));
  }

  async lock(): Promise<void> {
    this.set(await this.#link.call("account.lock", {}));
  }

  async setPin(pins: { oldPin?: string; newPin?: string }): Promise<void> {
    this.set(await this.#link.call("account.setPin", pins));
  }

  async claimHandle(handle: string): Promise<void> {
    this.set(await this.#link.call("account.claimHandle", { handle }));
  }

  async words(): Promise<readonly string[] | null> {
    return (await this.#link.call("account.words", {})).words;
  }

  async confirmWords(checks: { position: number; word: string }[]): Promise<void> {
    this.set(await this.#link.call("account.confirmWords", { checks }));
  }
}
