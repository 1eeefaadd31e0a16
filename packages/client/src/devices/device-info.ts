/** The devices of this account, and the linking of one more. Plain JSON like all of `client.ts`. */
import type { DeviceKind } from "@kith/protocol";
import type { NoParams } from "../no-params.ts";

/** A device of this account. */
export interface OwnDevice {
  /** 64 hex digits. */
  readonly device: string;
  /** As the person named it; empty while no device has said. */
  readonly name: string;
  readonly kind: DeviceKind;
  readonly isThis: boolean;
  readonly addedAtMs: number;
  /** When something of it came last, to this device. */
  readonly lastSeenMs?: number;
  /** Messages of before that were copied to it so far, while this goes on. */
  readonly copied?: number;
}

/** A link under way, or the last one of this run. */
export interface LinkStatus {
  /** old: this device is linked already · new: it is to become one of the account. */
  readonly side: "old" | "new";
  /**
   * waiting: nobody has used the code · connecting: the two talk · compare: the person is to compare the words ·
   * confirmed: here, not on the other device yet, or what is needed moves · done · failed: nothing was changed.
   */
  readonly stage: "waiting" | "connecting" | "compare" | "confirmed" | "done" | "failed";
  /** Another one with each change. */
  readonly version: number;
  /** `kith:l/…`, on the old device. */
  readonly code?: string;
  readonly expiresAtMs?: number;
  readonly words?: readonly string[];
  /** The new device, seen from the old one. */
  readonly device?: { readonly name: string; readonly kind: DeviceKind };
  /** The account, seen from the new device: `kith1…`, and its handle. */
  readonly account?: string;
  readonly handle?: string;
  /**
   * cancelled: by the person · mismatch: the words were not the same · expired: it took too long, or the code was used
   * before · refused: what the other side said does not hold · unreachable: no relay of the code answers.
   */
  readonly reason?: "cancelled" | "mismatch" | "expired" | "refused" | "unreachable";
}

/** Parameters and results of the methods about the devices of this account. */
export interface DeviceMethods {
  /** The devices of this account, the oldest first. */
  "device.list": { params: NoParams; result: readonly OwnDevice[] };
  /** Names a device of this account; only its devices know the name. */
  "device.rename": { params: { device: string; name: string }; result: readonly OwnDevice[] };
  /** Takes a device out of the account, for good: its sessions end here at once, and elsewhere when they learn of it. */
  "device.revoke": { params: { device: string }; result: readonly OwnDevice[] };
  /**
   * Makes a code for one new device, good for ten minutes; a code made before is good no more.
   * @param name what this device is to be called, as long as it has no name.
   */
  "link.begin": { params: { name?: string; kind?: DeviceKind }; result: LinkStatus };
  /** Uses a code, where nobody lives yet. @param name what this device is to be called. */
  "link.join": { params: { code: string; name: string; kind: DeviceKind }; result: LinkStatus };
  /** The link as it is once it is another than `version`, or after 25 s; null when there was none in this run. */
  "link.get": { params: { version?: number }; result: LinkStatus | null };
  /** Whether the words are the same on both devices. @param withHistory copies messages of before; the old device decides. */
  "link.confirm": { params: { isSame: boolean; withHistory?: boolean }; result: LinkStatus };
  "link.cancel": { params: NoParams; result: LinkStatus | null };
}
