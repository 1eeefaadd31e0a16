/** The media of calls for programs on Node: what comes and goes are packets, and a program does with them what it wants. */
export {
  createEcho,
  joinPrograms,
  type MediaKind,
  type MediaPacket,
  type MediaProgram,
  type MediaWire,
} from "./media-program.ts";
export { NodeMedia, openNodeMedia } from "./node-media.ts";
export { MediaFileError } from "./ogg-opus.ts";
export { loadPlayer, type PlayedPaths } from "./player.ts";
export { createRecorder, type Recorder, type RecordingPaths } from "./recorder.ts";
