/** Media without devices, and an engine that answers every call, for the tests of this folder. */
import { describe as describeMedia } from "../../../protocol/src/call/fixtures.ts";
import { writeSdp } from "../../../protocol/src/index.ts";
import type { CallInfo, CallWays } from "../call/call-info.ts";
import type { Client, MethodName, Methods } from "../client.ts";
import { MessengerError } from "../messenger-error.ts";
import { MediaError, type MediaFacts, type MediaPeer, type PeerListener, type Picture } from "./media-peer.ts";

/** What the other side told, and its certificate as a browser shows it. */
export const THEIR_SDP: string = writeSdp(describeMedia(2, { role: "active" }));
export const THEIR_FINGERPRINT: string = Array.from({ length: 32 }, () => "02").join(":");

/** A peer that notes what it is asked for. */
export class FakePeer implements MediaPeer {
  readonly asked: string[] = [];
  readonly listener: PeerListener;
  shown: string | null = THEIR_FINGERPRINT;
  hasCamera = true;
  isClosed = false;

  constructor(listener: PeerListener) {
    this.listener = listener;
  }

  useWays({ servers }: CallWays): void {
    this.#note(`ways ${servers.length}`);
  }

  async offer(): Promise<string> {
    return this.#note("offer");
  }

  async begin(answer: string): Promise<void> {
    this.#note(`begin ${answer.length}`);
  }

  async answer(): Promise<{ readonly sdp: string; readonly candidates: readonly string[] }> {
    // Found while the answer is on its way.
    this.listener.onCandidates(["candidate:late"]);
    return { sdp: this.#note("answer"), candidates: ["candidate:first"] };
  }

  async restart(): Promise<string> {
    return this.#note("restart");
  }

  async renew(): Promise<string> {
    return this.#note("renew");
  }

  async addCandidates(candidates: readonly string[]): Promise<void> {
    this.#note(`add ${candidates.join()}`);
  }

  async setMicrophone(): Promise<void> {
    this.#note("microphone");
  }

  async setPicture(picture: Picture): Promise<void> {
    if (picture === "camera" && !this.hasCamera) throw new MediaError("no-camera");
    this.#note(picture);
  }

  async facts(): Promise<MediaFacts> {
    const nothing = {
      path: null,
      framesDecoded: 0,
      audioEnergy: 0,
      packetsReceived: 0,
      packetsLost: 0,
      roundTripMs: null,
    };
    return { ...nothing, fingerprint: this.shown };
  }

  async devices() {
    return { microphones: [], cameras: [], speakers: [] };
  }

  close(): void {
    this.isClosed = true;
  }

  #note(what: string): string {
    this.asked.push(what);
    return what;
  }
}

/** A call as an engine would tell it. */
export function callInfo(change: Partial<CallInfo> = {}): CallInfo {
  return {
    id: "c1".repeat(16),
    account: "kith1them",
    isOutgoing: true,
    isVideo: false,
    phase: "ringing",
    isHeard: false,
    media: { hasMicrophone: true, picture: "none" },
    ...change,
  };
}

/** An engine that notes what it is told. */
export class FakeEngine implements Pick<Client, "call"> {
  readonly told: { readonly method: string; readonly params: unknown }[] = [];
  info: CallInfo;
  /** An engine that was started anew knows nothing of the call. */
  isAnew = false;
  #held: Promise<void> = Promise.resolve();
  #release: () => void = () => undefined;
  servers: CallWays["servers"] = [{ urls: ["stun:192.0.2.1:3478"] }];

  constructor(info: CallInfo) {
    this.info = info;
  }

  async call<M extends MethodName>(method: M, params: Methods[M]["params"]): Promise<Methods[M]["result"]> {
    this.told.push({ method, params });
    if (method === "call.get") return { call: this.isAnew ? null : this.info } as never;
    if (this.isAnew) throw new MessengerError("CALL_OVER", "no such call");
    const isHeld = (params as { readonly isOnceReached?: boolean }).isOnceReached === true;
    if (isHeld) await this.#held;
    if (method === "call.ways") return { isAddressHidden: false, servers: this.servers } as never;
    if (method === "call.end") {
      const { reason = "hang-up" } = params as Methods["call.end"]["params"];
      this.info = { ...this.info, phase: "ended", end: { reason, isOwn: true } };
    }
    return this.info as Methods[M]["result"];
  }

  /** No relay between the two answers until `reached`. */
  holdReached(): void {
    this.#held = new Promise((resolve) => {
      this.#release = resolve;
    });
  }

  reached(): void {
    this.#release();
  }

  /** What was told by a method, in order. */
  of(method: MethodName): readonly unknown[] {
    return this.told.filter((each) => each.method === method).map(({ params }) => params);
  }
}
