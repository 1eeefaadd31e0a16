/** Who asks for own files of groups: devices prove it once a channel and file, and are looked at with each question. */
import {
  type CryptoSuite,
  type DeviceId,
  type FileQuestion,
  type GroupId,
  isMemberQuestion,
  toHex,
} from "@kith/protocol";
import type { InboundChannel } from "../ports.ts";

/** The devices behind channels, which have throw-away identities. */
export class FileAskers {
  readonly #suite: CryptoSuite;
  readonly #isReader: (group: GroupId, device: DeviceId) => boolean;
  /** By the direct ids of own files; a channel outlives the handlers that are made for it. */
  readonly #devices = new WeakMap<InboundChannel, Map<string, DeviceId>>();

  /** @param isReader whether a device belongs to a group now. */
  constructor(suite: CryptoSuite, isReader: (group: GroupId, device: DeviceId) => boolean) {
    this.#suite = suite;
    this.#isReader = isReader;
  }

  /** Whether a question is answered. Who is removed meanwhile gets nothing more. @param question about an own file of the group. */
  async admits(group: GroupId, question: FileQuestion, inbound: InboundChannel): Promise<boolean> {
    const devices = this.#devices.get(inbound) ?? new Map<string, DeviceId>();
    this.#devices.set(inbound, devices);
    const id = toHex(question.id);
    if (question.type === "member") {
      if (!(await isMemberQuestion(this.#suite, question))) return false;
      devices.set(id, question.device);
    }
    const device = devices.get(id);
    return device !== undefined && this.#isReader(group, device);
  }
}
