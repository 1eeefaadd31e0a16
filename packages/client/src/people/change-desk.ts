/** What is loaded when somebody decides about a changed person, and once a day to ask the directory about people. */
import type { AccountId } from "@kith/protocol";
import type { Engine } from "../engine.ts";
import type { ContactRow } from "./contact-row.ts";

/** The part of an engine that is given from outside: without it changed people stay changed. */
export interface ChangeDesk {
  /**
   * Goes on with a person after a change; without a change to decide about nothing happens.
   * @throws MessengerError TRUST_EQUIVOCATED, CHAIN_UNREACHABLE.
   */
  decide(engine: Engine, account: AccountId): Promise<ContactRow>;
  /** Asks about those who were not asked about for a day. */
  lookAgain(engine: Engine): Promise<void>;
  /** Keeps what introductions are worth true, from now until the engine stops. */
  watchIntroductions(engine: Engine): Promise<void>;
  /** Stops sending to a contact whom a proof of two histories speaks against; false when it speaks against none. */
  noteProof(engine: Engine, proof: Uint8Array): Promise<boolean>;
}

/** Loads one. */
export type LoadChangeDesk = () => Promise<ChangeDesk>;
