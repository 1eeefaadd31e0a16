/** The notice of the system that a call rings while nobody looks at this page; gone as soon as it rings no more. */
import type { CallInfo } from "@kith/client/rpc";
import type { Router } from "../app/route.ts";
import { plainName } from "../i18n/bidi.ts";
import type { Chats } from "./chats.ts";
import type { Notices } from "./notices.ts";
import type { Preferences } from "./preferences.ts";

/** What it is made from. */
export interface CallNoticeParts {
  readonly notices: Notices;
  readonly chats: Chats;
  readonly router: Router;
  readonly preferences: Preferences;
}

/** Follows the calls of one page. */
export class CallNotice {
  readonly #parts: CallNoticeParts;
  #shownId: string | null = null;

  constructor(parts: CallNoticeParts) {
    this.#parts = parts;
    // A notice outlives its page, and would ring for nobody.
    addEventListener("pagehide", () => this.end());
  }

  /** Takes the call as the engine knows it. */
  take(call: CallInfo): void {
    if (call.phase !== "ringing" || call.isOutgoing) this.end();
    else if (call.id !== this.#shownId && !document.hasFocus()) this.#show(call);
  }

  /** No call rings. */
  end(): void {
    if (this.#shownId === null) return;
    this.#parts.notices.endCall(this.#shownId);
    this.#shownId = null;
  }

  #show({ id, account, isVideo }: CallInfo): void {
    const { notices, chats, router, preferences } = this.#parts;
    const chat = chats.chatOf(account);
    if (chat === undefined || (chat.mutedUntilMs ?? 0) > Date.now()) return;
    this.end();
    this.#shownId = id;
    const body = preferences.text.value.say(isVideo ? "call.ringsVideo" : "call.ringsVoice");
    notices.showCall(id, { title: plainName(chat.contact.name), body }, () => router.go({ name: "chat", account }));
  }
}
