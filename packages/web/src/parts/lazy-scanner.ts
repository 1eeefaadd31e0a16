/** The scanner and its decoder, loaded when somebody scans. */
import { lazy } from "../app/lazy.tsx";

/** The dialog with the camera. */
export const QrScanner = lazy(async () => (await import("./qr-scanner.tsx")).QrScanner);
