/** The camera of this device for as long as somebody scans. */

/** Why no picture comes. */
export type CameraFault = "denied" | "none" | "busy" | "insecure";

/** What opening a camera came to. */
export type CameraOpening =
  | { readonly ok: true; readonly stream: MediaStream }
  | { readonly ok: false; readonly fault: CameraFault };

const FAULTS: Readonly<Record<string, CameraFault>> = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "none",
  OverconstrainedError: "none",
  NotReadableError: "busy",
  AbortError: "busy",
};

/** Asks for the camera that looks away from the person, without sound. */
export async function openCamera(): Promise<CameraOpening> {
  // Browsers hide the whole interface from pages that were not fetched safely.
  if (!isSecureContext || navigator.mediaDevices === undefined) return { ok: false, fault: "insecure" };
  try {
    const video = { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } };
    return { ok: true, stream: await navigator.mediaDevices.getUserMedia({ video, audio: false }) };
  } catch (error) {
    if (error instanceof DOMException) return { ok: false, fault: FAULTS[error.name] ?? "none" };
    throw error;
  }
}

/** Turns the camera off, and its light with it. */
export function closeCamera(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

/** True for a camera at the back of a phone; one that does not say is taken for one beside the screen. */
export function looksAway(stream: MediaStream): boolean {
  return stream.getVideoTracks()[0]?.getSettings().facingMode === "environment";
}
