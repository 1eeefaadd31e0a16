/** Opens microphone, camera and screen, and says in one word why it cannot. */
import { MediaError, type MediaTrouble } from "./media-peer.ts";

/** The size asked for; a browser gives what it has. */
const CAMERA = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 } } as const;

/** @throws MediaError. */
export function openMicrophone(device?: string): Promise<MediaStreamTrack> {
  const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true, ...exactly(device) };
  return openTrack(() => navigator.mediaDevices.getUserMedia({ audio }), "no-microphone");
}

/** @throws MediaError. */
export function openCamera(device?: string): Promise<MediaStreamTrack> {
  return openTrack(
    () => navigator.mediaDevices.getUserMedia({ video: { ...CAMERA, ...exactly(device) } }),
    "no-camera",
  );
}

/** @throws MediaError: `permission-denied` also when the person closed the choice. */
export function openScreen(): Promise<MediaStreamTrack> {
  return openTrack(() => navigator.mediaDevices.getDisplayMedia({ video: true, audio: false }), "unsupported");
}

function exactly(device: string | undefined): { readonly deviceId?: { readonly exact: string } } {
  return device === undefined ? {} : { deviceId: { exact: device } };
}

async function openTrack(open: () => Promise<MediaStream>, missing: MediaTrouble): Promise<MediaStreamTrack> {
  // Absent on origins that are not secure.
  if (!("mediaDevices" in navigator)) throw new MediaError("unsupported");
  try {
    const [track] = (await open()).getTracks();
    if (track === undefined) throw new MediaError(missing);
    return track;
  } catch (error) {
    throw error instanceof MediaError ? error : new MediaError(troubleOf(error, missing), error);
  }
}

/** The names are those of `getUserMedia` and `getDisplayMedia`. */
function troubleOf(error: unknown, missing: MediaTrouble): MediaTrouble {
  switch (error instanceof DOMException ? error.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      return "permission-denied";
    case "NotFoundError":
    case "OverconstrainedError":
      return missing;
    case "NotReadableError":
    case "AbortError":
      return "device-busy";
    default:
      return "unsupported";
  }
}
