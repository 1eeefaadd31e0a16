/** How the engine knows calls: by this alone, so that who does not use them does not load them. */
import type { AccountId, CallRefusal, DeviceId } from "@kith/protocol";
import type { Core } from "../core.ts";
import type { Handlers } from "../methods/handlers.ts";
import type { Sender } from "../send/carrier.ts";

/** A signal of any device that has a session with this one. */
export interface IncomingSignal {
  readonly account: AccountId;
  readonly device: DeviceId;
  readonly signal: Uint8Array;
  /** How long it lay on a relay, in ms; absent when nobody knows. */
  readonly ageMs?: number;
}

/** The methods about calls. */
export type CallHandlers = Pick<Handlers, Extract<keyof Handlers, `call.${string}`>>;

/** Refused signals by code; nothing of whom they came from. */
export type CallCounters = {
  /** `stranger`: of somebody who is not let in, or whose account changed. */
  readonly [C in CallRefusal | "malformed" | "stranger"]?: number;
};

/** Takes and makes the calls of one account. */
export interface CallService {
  readonly handlers: CallHandlers;
  /** How often signals were refused since the start. */
  readonly counters: CallCounters;
  /** Enters the call in the chat in the middle of which the last program died. */
  resume(): void;
  take(incoming: IncomingSignal): void;
  /** Hangs up, if the call is with this person. */
  leave(account: AccountId): Promise<void>;
  stop(): void;
}

/** Makes the service of an account; given to the messenger by whoever wants calls. */
export type OpenCalls = (parts: {
  readonly core: Core;
  readonly sender: Sender;
  /** Called when relays answer again that did not while a call was interrupted. */
  readonly onBack: () => void;
}) => CallService;
