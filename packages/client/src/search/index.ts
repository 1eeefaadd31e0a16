/** Search in messages, for whoever wants it: given to the messenger as `openSearch`. */
import { SearchIndex } from "./search-index.ts";
import { searchMethods } from "./search-methods.ts";
import type { OpenSearch } from "./search-service.ts";

/** Opens the index of an account; it is made from the messages that are there, and follows them. */
export const openSearch: OpenSearch = (core) => {
  const index = new SearchIndex(core);
  return {
    handlers: searchMethods(core, index),
    get storedBytes() {
      return index.storedBytes;
    },
    start: () => index.start(),
    forget: (row) => index.forget(row),
    stop: () => index.stop(),
  };
};
