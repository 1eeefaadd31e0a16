/**
 * The composition root: opens and unlocks the store, builds the engine of the account in it, and answers the methods.
 * Nothing else in the engine knows whether an account exists or is locked.
 */
import { type CryptoSuite, encodeFileRefusal, type RelayRef, wipe } from "@kith/protocol";
import { LocalAccount } from "./account/local-account.ts";
import type { OpenCalls } from "./call/call-service.ts";
import type { AccountStatus, Client, ClientEvent, MethodName, Methods } from "./client.ts";
import type { OpenContactBackup } from "./contact-backup/contact-backup.ts";
import { Draft } from "./core.ts";
import type { OpenOwnSync } from "./devices/own-sync.ts";
import { Engine } from "./engine.ts";
import type { Extras, Inside } from "./extras.ts";
import type { FilePorts } from "./file/files.ts";
import { createLocalFiles, type LocalFiles } from "./file/local-files.ts";
import type { OpenGroups } from "./group/group-service.ts";
import { IdleLock } from "./idle-lock.ts";
import { createKeyedLock, type KeyedLock } from "./lock.ts";
import { MessengerError } from "./messenger-error.ts";
import { accountMethods, accountView, checkHandle, claimHandle } from "./methods/account-methods.ts";
import { chatMethods } from "./methods/chat-methods.ts";
import { fileMethods } from "./methods/file-methods.ts";
import type { Handlers } from "./methods/handlers.ts";
import { messageMethods } from "./methods/message-methods.ts";
import { peopleMethods } from "./methods/people-methods.ts";
import { relayMethods } from "./methods/relay-methods.ts";
import { settingsMethods } from "./methods/settings-methods.ts";
import { statusMethods } from "./methods/status-methods.ts";
import type { NetworkParameters } from "./network-parameters.ts";
import type { LoadChangeDesk } from "./people/change-desk.ts";
import type { Clock, Network, RandomSource, Store } from "./ports.ts";
import { Run } from "./run.ts";
import type { OpenSearch } from "./search/search-service.ts";
import { clearRows } from "./store/clear-rows.ts";
import type { LocalSecret, UnlockError } from "./store/local-secret.ts";
import { createPendingView } from "./store/pending-view.ts";
import { createRunStore } from "./store/run-store.ts";
import { createSealedStore, type SealedStore } from "./store/sealed-store.ts";
import { toMessengerError } from "./store/store-failure.ts";
import type { TableKeySource } from "./store/table-key.ts";
import { checkLock, checkPin, unlockError } from "./unlock-error.ts";

/** Everything a messenger needs from outside. */
export interface MessengerParts {
  /** The bare store; the messenger seals what it writes and closes it when it stops. */
  readonly store: Store;
  readonly secret: LocalSecret;
  /** Outside of the store: what makes erased keys unreadable there. */
  readonly tableKey: TableKeySource;
  readonly network: Network;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly suite: CryptoSuite;
  readonly parameters: NetworkParameters;
  /** Where the bytes of files lie. */
  readonly files: FilePorts;
  /** Erases what this device keeps of the account. */
  readonly eraser: Eraser;
  /** Loads the methods that are not needed from the start; without them those are unknown. */
  readonly loadExtras?: () => Promise<Extras>;
  /** Loads what keeps the devices of an account alike, asked for once an account has several. */
  readonly loadOwnSync?: () => Promise<OpenOwnSync>;
  /** Loads what goes on with changed people and asks the directory about people; without it they stay changed. */
  readonly loadChangeDesk?: LoadChangeDesk;
  /** Whether this process serves the relay and directory protocols on its listening identity. */
  readonly isRelay: boolean;
  /** `callService`, where calls are wanted. */
  readonly openCalls?: OpenCalls;
  /** `openGroups`, where groups are wanted. */
  readonly openGroups?: OpenGroups;
  /** `openSearch`, where messages are to be searched. */
  readonly openSearch?: OpenSearch;
  /** Loads what keeps a sealed copy of contacts on relays; without it a recovery finds none. */
  readonly loadContactBackup?: () => Promise<OpenContactBackup>;
  /** Relays given for this run, used like those the person added. */
  readonly relays?: readonly RelayRef[];
}

/** Erases what lies on this device, as the person asked for. */
export interface Eraser {
  /** Erases the keys outside of the store, which is still open: from then on nothing in it can be opened. */
  keys(): Promise<void>;
  /** Erases the rest; the store is closed. */
  rest(): Promise<void>;
}

/** A messenger in this process. */
export interface Messenger extends Client {
  /** Files by path and as bytes. @throws MessengerError ACCOUNT_NONE or ACCOUNT_LOCKED. */
  files(): LocalFiles;
  /** Warns of a contact whom a proof speaks against (`encodeEquivocation`); anything else is dropped. */
  hearProof(proof: Uint8Array): void;
  /** Ends sending and receiving; everything acknowledged is on disk. */
  stop(): Promise<void>;
}

/** Opens a messenger: ready when no PIN is set, else locked, or empty until `account.create`. */
export async function openMessenger(parts: MessengerParts): Promise<Messenger> {
  const messenger = new LocalMessenger(parts);
  await messenger.open();
  return messenger;
}

class LocalMessenger implements Messenger {
  readonly #parts: MessengerParts;
  #engine: Engine | null = null;
  #handlers: Partial<Handlers> = {};
  #hasPin = false;
  #state: AccountStatus["state"] = "none";
  #isStopped = false;
  #run: Run = new Run();
  #eraseAfterTries: number | null = null;
  #isErased = false;
  #extras: Promise<Partial<Handlers>> | null = null;
  readonly #turns: KeyedLock = createKeyedLock();
  readonly #idle: IdleLock;

  constructor(parts: MessengerParts) {
    this.#parts = parts;
    this.#idle = new IdleLock(parts.clock, () => void this.#inTurn(() => this.#lock()));
  }

  /** Serves the network from now on; unlocks at once when the device secret suffices. */
  async open(): Promise<void> {
    const { network, secret } = this.#parts;
    network.serve("direct", (inbound) => {
      const handle = (frame: Uint8Array): Promise<Uint8Array> =>
        this.#engine === null ? Promise.resolve(new Uint8Array(0)) : this.#engine.directDoor(inbound)(frame);
      return handle;
    });
    network.serve("file", (inbound) => {
      const gone = encodeFileRefusal("busy");
      return (frame) => (this.#engine === null ? Promise.resolve(gone) : this.#engine.files.acceptor(inbound)(frame));
    });
    network.onChange(() => this.#engine?.onNetworkChange());
    const lock = await secret.state();
    this.#hasPin = lock === "pin";
    this.#eraseAfterTries = await secret.eraseAfterTries();
    if (lock === "pin") this.#state = "locked";
    if (lock === "open") await this.#unlock(null);
  }

  async call<M extends MethodName>(method: M, params: Methods[M]["params"]): Promise<Methods[M]["result"]> {
    if (this.#isErased) throw new MessengerError("ERASED", "everything on this device was erased");
    if (this.#isStopped) throw new MessengerError("STOPPED", "this node is stopping");
    this.#idle.note(method);
    try {
      type Handler = ((params: Methods[M]["params"]) => Promise<Methods[M]["result"]>) | undefined;
      const always = this.#accountHandlers()[method] as Handler;
      if (always !== undefined) return await always(params);
      const handler = this.#handlers[method] as Handler;
      if (handler !== undefined) return await Promise.race([handler(params), this.#run.ended]);
      const extra = (await this.#loadExtras())[method] as Handler;
      if (extra !== undefined) return await extra(params);
    } catch (error) {
      throw toMessengerError(error);
    }
    this.#requireOpen();
    throw new MessengerError("METHOD_UNKNOWN", "there is no such method");
  }

  #loadExtras(): Promise<Partial<Handlers>> {
    const { loadExtras } = this.#parts;
    this.#extras ??= (loadExtras?.() ?? Promise.resolve(() => ({}))).then(
      (make: Extras) => make(this.#inside()),
      (cause: unknown) => {
        this.#extras = null;
        throw cause;
      },
    );
    return this.#extras;
  }

  #inside(): Inside {
    return {
      parts: this.#parts,
      engine: () => this.#requireEngine(),
      status: () => this.#status(),
      tellStatus: () => this.#tellStatus(),
      requireEmpty: () => this.#requireEmpty(),
      inTurn: (task) => this.#inTurn(task),
      openEmpty: () => this.#openEmpty(null),
      adopt: async (store) => {
        await this.#openAccount(store);
        return this.#requireEngine();
      },
    };
  }

  #requireEngine(): Engine {
    if (this.#engine !== null) return this.#engine;
    this.#requireOpen();
    throw new MessengerError("STOPPED", "this node is stopping");
  }

  #requireEmpty(): void {
    if (this.#state !== "none") throw new MessengerError("ACCOUNT_EXISTS", "an account lives here already");
  }

  files(): LocalFiles {
    return createLocalFiles(this.#requireEngine());
  }

  hearProof(proof: Uint8Array): void {
    this.#engine?.hearProof(proof);
  }

  async *events(after: number, signal: AbortSignal): AsyncIterable<ClientEvent> {
    const events = this.#engine?.core.events;
    if (events === undefined) {
      throw new MessengerError(this.#state === "locked" ? "ACCOUNT_LOCKED" : "ACCOUNT_NONE", "no account is open");
    }
    yield* events.read(after, signal);
  }

  #requireOpen(): void {
    if (this.#state === "none") throw new MessengerError("ACCOUNT_NONE", "there is no account here yet");
    if (this.#state === "locked") throw new MessengerError("ACCOUNT_LOCKED", "the account is locked; unlock it first");
  }

  async stop(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    await this.#inTurn(async () => {
      await this.#end("STOPPED");
      await this.#parts.store.close();
    });
  }

  /** Making, unlocking, locking and stopping one after the other: two runs over one store would undo each other. */
  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    return this.#turns.run("run", task);
  }

  /** Ends the run; calls that are still under way reject. */
  async #end(code: "STOPPED" | "ACCOUNT_LOCKED"): Promise<void> {
    this.#idle.set(undefined);
    const engine = this.#engine;
    const run = this.#run;
    this.#engine = null;
    this.#handlers = {};
    this.#run = new Run();
    run.end(code);
    const ended = run.store?.end();
    engine?.core.events.end();
    await engine?.stop();
    await ended;
  }

  /** The methods that work, or say why not, in every state. */
  #accountHandlers(): Partial<Handlers> {
    return {
      "account.status": async () => this.#status(),
      "account.create": (params) => this.#inTurn(() => this.#create(params)),
      "account.unlock": ({ pin }) =>
        this.#inTurn(async () => {
          if (this.#state === "locked") await this.#unlock(pin);
          return this.#status();
        }),
      "account.lock": () => this.#inTurn(() => this.#lock()),
      "account.setPin": ({ oldPin, newPin }) => this.#inTurn(() => this.#setPin(oldPin, newPin)),
      "account.erase": () => this.#inTurn(() => this.#erase()),
      "account.present": async () => ({ isOpen: this.#engine !== null }),
    };
  }

  /** The keys first: whatever stops this, what is left does not open. */
  async #erase(): Promise<{ isErased: boolean }> {
    const { eraser, store } = this.#parts;
    await eraser.keys();
    this.#isErased = true;
    this.#isStopped = true;
    await this.#end("STOPPED");
    await store.close();
    await eraser.rest();
    return { isErased: true };
  }

  /** What a wrong PIN comes to. */
  async #refuse(error: UnlockError): Promise<MessengerError> {
    if (error.code !== "WRONG_PIN" || !error.isEraseDue) return unlockError(error);
    await this.#erase();
    return new MessengerError("ERASED", "erased after too many wrong PINs");
  }

  #status(): AccountStatus {
    if (this.#engine !== null) return accountView(this.#engine, this.#hasPin, this.#eraseAfterTries);
    return this.#state === "locked" ? { state: "locked", hasPin: true } : { state: "none" };
  }

  async #create({ handle, pin }: Methods["account.create"]["params"]): Promise<{ account: string }> {
    this.#requireEmpty();
    if (pin !== undefined) checkPin(pin);
    if (handle !== undefined) checkHandle(handle);
    const { suite, random, clock } = this.#parts;
    const sealed = await this.#openEmpty(pin ?? null);
    // What a restore left that was cut off.
    await clearRows(sealed);
    const { account, change } = await LocalAccount.create(sealed, suite, random, clock.nowMs());
    await sealed.commit([change]);
    this.#hasPin = pin !== undefined;
    await this.#activate(account, sealed);
    if (handle !== undefined && this.#engine !== null) await claimHandle(this.#engine, handle);
    const { account: text = "" } = this.#status();
    return { account: text };
  }

  async #openEmpty(pin: string | null): Promise<SealedStore> {
    const { secret } = this.#parts;
    return this.#sealed((await secret.state()) === "new" ? await secret.create(pin) : await this.#openKey(pin));
  }

  #sealed(key: Uint8Array): SealedStore {
    const { store, suite, random } = this.#parts;
    const sealed = createSealedStore(createPendingView(store), { key, suite, random });
    wipe(key);
    return sealed;
  }

  async #openKey(pin: string | null): Promise<Uint8Array> {
    const key = await this.#parts.secret.unlock(pin);
    if (key.ok) return key.value;
    throw await this.#refuse(key.error);
  }

  async #unlock(pin: string | null): Promise<void> {
    await this.#openAccount(this.#sealed(await this.#openKey(pin)));
  }

  async #openAccount(sealed: SealedStore): Promise<void> {
    const { suite, clock } = this.#parts;
    const account = await LocalAccount.load(sealed, suite, clock.nowMs());
    if (account === null) this.#state = "none";
    else await this.#activate(account, sealed);
  }

  async #activate(account: LocalAccount, sealed: SealedStore): Promise<void> {
    if (this.#isStopped) throw new MessengerError("STOPPED", "this node is stopping");
    const store = createRunStore(sealed);
    this.#run.store = store;
    const engine = await Engine.load({
      ...this.#parts,
      store,
      account,
      filePorts: this.#parts.files,
      onAccountChange: () => void this.#tellStatus(),
    });
    await this.#addRelays(engine);
    this.#engine = engine;
    this.#state = "ready";
    this.#handlers = {
      ...accountMethods(engine),
      ...peopleMethods(engine),
      ...chatMethods(engine),
      ...settingsMethods(engine),
      ...messageMethods(engine),
      ...relayMethods(engine),
      ...fileMethods(engine),
      ...engine.calls?.handlers,
      ...engine.groups?.handlers,
      ...engine.search?.handlers,
      ...statusMethods(engine, () => this.#tellStatus()),
      "account.setContactBackup": (given) => this.#setContactBackup(engine, given),
      "account.setLock": (given) => this.#inTurn(() => this.#setLock(engine, given)),
    };
    engine.start();
    this.#watch();
  }

  /** Takes the relays given for this run into the book. */
  async #addRelays({ core }: Engine): Promise<void> {
    const given = new Draft(core);
    for (const ref of this.#parts.relays ?? []) {
      given.add(...core.book.add({ ref, source: "added", addedAtMs: core.clock.nowMs() }));
    }
    await given.commit();
  }

  /** Without a PIN there is nothing to lock. */
  #watch(): void {
    this.#idle.set(this.#hasPin ? this.#engine?.core.settings.idleLockMs : undefined);
  }

  async #setLock(engine: Engine, given: Methods["account.setLock"]["params"]): Promise<AccountStatus> {
    const { eraseAfterTries, ...settings } = checkLock(given);
    if (eraseAfterTries !== undefined) {
      const tries = eraseAfterTries === 0 ? null : eraseAfterTries;
      await this.#parts.secret.setEraseAfterTries(tries);
      this.#eraseAfterTries = tries;
    }
    await engine.core.store.commit([engine.core.settings.setLock(settings)]);
    this.#watch();
    return this.#tellStatus();
  }

  async #setContactBackup(
    { core }: Engine,
    given: Methods["account.setContactBackup"]["params"],
  ): Promise<AccountStatus> {
    if (core.contactBackup === null) throw new MessengerError("METHOD_UNKNOWN", "no contact backup is kept here");
    await core.contactBackup.set(given);
    return this.#tellStatus();
  }

  async #lock(): Promise<AccountStatus> {
    if (this.#engine !== null && this.#hasPin) {
      this.#state = "locked";
      await this.#end("ACCOUNT_LOCKED");
    }
    return this.#status();
  }

  async #setPin(oldPin: string | undefined, newPin: string | undefined): Promise<AccountStatus> {
    if (this.#engine === null)
      throw new MessengerError("ACCOUNT_LOCKED", "unlock the account before you change its PIN");
    if (newPin !== undefined) checkPin(newPin);
    const changed = await this.#parts.secret.changePin(oldPin ?? null, newPin ?? null);
    if (!changed.ok) throw await this.#refuse(changed.error);
    this.#hasPin = newPin !== undefined;
    this.#watch();
    return this.#tellStatus();
  }

  async #tellStatus(): Promise<AccountStatus> {
    const status = this.#status();
    if (this.#engine !== null) {
      const draft = new Draft(this.#engine.core);
      draft.tell({ type: "account.changed", status });
      await draft.commit();
    }
    return status;
  }
}
