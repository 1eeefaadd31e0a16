/** Echoes what it gets; a stream of it does nothing else. */
export const BARE_PROTOCOL = "/bench/bare/1";
