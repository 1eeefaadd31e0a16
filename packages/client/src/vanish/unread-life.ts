/** How long a vanishing message waits to be read, and for a device that never fetches it, in ms: thirty days. */
export const UNREAD_LIFE_MS: number = 30 * 24 * 3600 * 1000;
