/** Opens microphone, camera and screen, and says in one word why it cannot. */
import { type MediaDevices as Devices, MediaError, type MediaTrouble } from "./media-peer.ts";

/** The size asked for; a browser gives what it has. */
const CAMERA = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 } } as const;

/** @param device wanted; another one where it is not there. @throws MediaError. */
export function openMicrophone(device?: string): Promise<MediaStreamTrack> {
  const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  return openWanted(device, "no-microphone", (wanted) =>
    navigator.mediaDevices.getUserMedia({ audio: { ...audio, ...wanted } }),
  );
}

/** @param device wanted; another one where it is not there. @throws MediaError. */
export function openCamera(device?: string): Promise<MediaStreamTrack> {
  return openWanted(device, "no-camera", (wanted) =>
    navigator.mediaDevices.getUserMedia({ video: { ...CAMERA, ...wanted } }),
  );
}

/** @throws MediaError: `permission-denied` also when the person closed the choice. */
export function openScreen(): Promise<MediaStreamTrack> {
  return openTrack(() => navigator.mediaDevices.getDisplayMedia({ video: true, audio: false }), "unsupported");
}

/** The devices that there are, as far as the browser tells. */
export async function listDevices(): Promise<Devices> {
  const all = await navigator.mediaDevices.enumerateDevices();
  // Before the person allowed it, there is one of each kind without an id: nothing to choose.
  const of = (kind: MediaDeviceKind) =>
    all
      .filter((each) => each.kind === kind && each.deviceId !== "")
      .map(({ deviceId, label }) => ({ id: deviceId, label }));
  const canChooseSpeaker = "setSinkId" in HTMLMediaElement.prototype;
  return {
    microphones: of("audioinput"),
    cameras: of("videoinput"),
    speakers: canChooseSpeaker ? of("audiooutput") : [],
  };
}

interface Wanted {
  readonly deviceId?: { readonly exact: string };
}

/** Asked for exactly: of a mere wish a browser makes what it likes, where another device fits the other wishes better. */
async function openWanted(
  device: string | undefined,
  missing: MediaTrouble,
  open: (wanted: Wanted) => Promise<MediaStream>,
): Promise<MediaStreamTrack> {
  if (device === undefined) return await openTrack(() => open({}), missing);
  try {
    return await openTrack(() => open({ deviceId: { exact: device } }), missing);
  } catch (error) {
    if (!(error instanceof MediaError) || error.trouble !== missing) throw error;
    return await openTrack(() => open({}), missing);
  }
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
