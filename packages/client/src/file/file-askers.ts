/** Who asks for files of groups or of this account: devices prove it once a channel and file, and are looked at with each question. */
import { type DeviceId, type FileQuestion, isMemberQuestion, signMemberQuestion, toHex } from "@kith/protocol";
import type { Core } from "../core.ts";
import type { InboundChannel } from "../ports.ts";

/** Proves to other devices which one this is, and knows the devices behind channels, which have throw-away identities. */
export class FileAskers {
  readonly #core: Pick<Core, "account" | "suite">;
  /** By the direct ids of files; a channel outlives the handlers that are made for it. */
  readonly #devices = new WeakMap<InboundChannel, Map<string, DeviceId>>();

  constructor(core: Pick<Core, "account" | "suite">) {
    this.#core = core;
  }

  /** The question that says who asks for a file. @param id its direct id. */
  introduce(id: Uint8Array): Promise<FileQuestion> {
    return signMemberQuestion(this.#core.suite, id, this.#core.account.device);
  }

  /** The device that asks, once it has proved so for this file. @param question about a file that is here. */
  async deviceOf(question: FileQuestion, inbound: InboundChannel): Promise<DeviceId | undefined> {
    const devices = this.#devices.get(inbound) ?? new Map<string, DeviceId>();
    this.#devices.set(inbound, devices);
    const id = toHex(question.id);
    if (question.type === "member") {
      if (!(await isMemberQuestion(this.#core.suite, question))) return undefined;
      devices.set(id, question.device);
    }
    return devices.get(id);
  }
}
