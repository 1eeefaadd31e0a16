/** What an engine asks of the search in its messages; whoever does without does not load it. */
import type { Core } from "../core.ts";
import type { MessageRow } from "../message/message-row.ts";
import type { Handlers } from "../methods/handlers.ts";

/** Search in the messages of one account. */
export interface SearchService {
  readonly handlers: Pick<Handlers, "message.search">;
  /** What the index takes in the store, in bytes before it is sealed. */
  readonly storedBytes: number;
  /** Begins to take in what is not in the index yet. */
  start(): void;
  /** Takes a message that vanished out of the index. */
  forget(row: Pick<MessageRow, "chat" | "isOwn" | "orderMs">): Promise<void>;
  stop(): void;
}

/** Opens the search of an account. */
export type OpenSearch = (core: Core) => SearchService;
