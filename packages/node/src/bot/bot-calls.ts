/** The calls of a bot: one at a time, as devices have them. */
import { type CallInfo, type Client, MessengerError } from "@kith/client";
import { CallSession, type MediaPeer, type OpenMedia } from "@kith/client/media";

/** A call that rings. */
export interface CallContext {
  readonly call: CallInfo;
  /**
   * Answers it with media of this program, such as `openNodeMedia` of `@kith/node/media`; a picture is sent while the other
   * side shows one. Resolves once the answer is on its way. @throws MessengerError CALL_OVER when it rings no more.
   */
  answer(openMedia: OpenMedia): Promise<void>;
  /** @throws MessengerError CALL_OVER when it rings no more. */
  decline(): Promise<void>;
}

/** Follows the calls of a client, and holds the media of the one that was answered. */
export class BotCalls {
  readonly #client: Pick<Client, "call">;
  #session: CallSession<MediaPeer> | null = null;
  /** The last call that was handed on. */
  #rung = "";

  constructor(client: Pick<Client, "call">) {
    this.#client = client;
  }

  /** Takes the call as it is now. @returns a call that rings and was not handed on yet. */
  async follow(): Promise<CallContext | null> {
    const { call } = await this.#client.call("call.get", {});
    if (call === null) return null;
    const session = this.#session;
    if (session?.info?.id === call.id) {
      await this.#sync(session, call);
      return null;
    }
    if (call.phase !== "ringing" || call.isOutgoing || call.id === this.#rung) return null;
    this.#rung = call.id;
    return {
      call,
      answer: (openMedia) => this.#answer(call, openMedia),
      decline: async () => {
        await this.#client.call("call.decline", { id: call.id });
      },
    };
  }

  /** Hangs up. */
  async stop(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    try {
      await session?.end();
    } catch (error) {
      // Over already, or the node is gone: then the other side sees it by itself.
      if (!(error instanceof MessengerError)) throw error;
    }
  }

  async #answer(call: CallInfo, openMedia: OpenMedia): Promise<void> {
    const parts = {
      client: this.#client,
      openMedia,
      onChange: () => undefined,
      // What the media cannot do, such as another way after a broken one, ends the call.
      onError: () => this.#giveUp(call.id),
    };
    this.#session = await CallSession.accept(parts, call, call.isVideo);
  }

  async #sync(session: CallSession<MediaPeer>, call: CallInfo): Promise<void> {
    session.sync(call);
    if (call.phase === "ended") {
      this.#session = null;
      return;
    }
    const isShown = call.media.picture !== "none";
    if (isShown !== (session.ownMedia.picture !== "none")) await session.setPicture(isShown ? "camera" : "none");
  }

  #giveUp(id: string): void {
    this.#session?.close();
    // Whether it was over before does not matter.
    this.#client.call("call.end", { id, reason: "lost" }).catch(() => undefined);
  }
}
