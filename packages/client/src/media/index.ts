/** The media of calls, for pages: they may be somewhere else than the engine that signals. */
export { type BrowserMedia, openBrowserMedia } from "./browser-media.ts";
export { CallSession, type SessionParts } from "./call-session.ts";
export { CandidateBatch } from "./candidate-batch.ts";
export { listDevices, openMicrophone } from "./local-devices.ts";
export type {
  ChosenDevices,
  MediaDevice,
  MediaDevices,
  MediaFacts,
  MediaPeer,
  MediaTrouble,
  OpenMedia,
  PeerListener,
  Picture,
} from "./media-peer.ts";
export { MediaError } from "./media-peer.ts";
