/** What a page shows of a call. */
import type { AppPage } from "./app-page.ts";

/** Launch arguments: a camera that shows a clock, a microphone that beeps, and nobody who asks for leave. */
export const MADE_UP_DEVICES = [
  "--ignore-certificate-errors",
  "--use-fake-device-for-media-stream",
  "--use-fake-ui-for-media-stream",
] as const;

/** Pictures of the other side that were drawn in a page. */
export function framesOf(app: AppPage): Promise<number> {
  return app.page.evaluate(
    () => document.querySelector<HTMLVideoElement>("[data-remote]")?.getVideoPlaybackQuality().totalVideoFrames ?? 0,
  );
}

/** How loud the other side was within a moment, at most 1: the made-up microphone beeps once a second. */
export function loudnessOf(app: AppPage): Promise<number> {
  return app.page.evaluate(async () => {
    const stream = document.querySelector<HTMLVideoElement>("[data-remote]")?.srcObject;
    if (!(stream instanceof MediaStream) || stream.getAudioTracks().length === 0) return 0;
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let loudest = 0;
    for (let at = 0; at < 60 && loudest < 0.01; at++) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      analyser.getFloatTimeDomainData(samples);
      loudest = Math.max(loudest, ...samples);
    }
    await context.close();
    return loudest;
  });
}
