// The camera, for as long as the component is shown. iOS opens it only after a tap, and plays it on the page only with
// playsInline.
import { useEffect, useRef, useState, type RefObject } from "react";

export type Facing = "environment" | "user";

interface Options {
  facing: Facing;
  ideal: { width: number; height: number };
  onFailure: (fault: CameraFault) => void;
}

// Why there is no camera: what to do about it differs.
export type CameraFault =
  | "refused" // the person, the browser's settings or the system do not let the page have it
  | "missing" // the device has none, or none that will do
  | "busy" // another program has it
  | "lost" // it was taken away while it was on
  | "insecure" // the page did not come over HTTPS, so the browser gives it none
  | "unsupported" // the browser gives none to any page
  | "failed";

const FAULTS: Record<string, CameraFault> = {
  NotAllowedError: "refused",
  SecurityError: "refused",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
  NotReadableError: "busy",
  AbortError: "busy",
};

// Null where there may be a camera.
export function cameraFault(): CameraFault | null {
  if (typeof navigator.mediaDevices?.getUserMedia === "function") return null;
  return window.isSecureContext ? "unsupported" : "insecure";
}

function faultOf(error: unknown): CameraFault {
  return (error instanceof Error && FAULTS[error.name]) || "failed";
}

export function useCamera({ facing, ideal, onFailure }: Options): {
  video: RefObject<HTMLVideoElement>;
  ready: boolean;
  onLoadedData: () => void;
} {
  const video = useRef<HTMLVideoElement>(null);
  const [ready, setReady] = useState(false);
  const failed = useRef(onFailure);
  failed.current = onFailure;
  const { width, height } = ideal;

  useEffect(() => {
    let stream: MediaStream | null = null;
    let gone = false;
    const fail = (fault: CameraFault) => !gone && failed.current(fault);
    navigator.mediaDevices
      .getUserMedia({
        audio: false,
        video: { facingMode: facing, width: { ideal: width }, height: { ideal: height } },
      })
      .then((opened) => {
        stream = opened;
        if (gone || !video.current) return stop(opened);
        for (const track of opened.getTracks()) track.onended = () => fail("lost");
        video.current.srcObject = opened;
        return video.current.play();
      })
      .catch((error: unknown) => fail(faultOf(error)));
    return () => {
      gone = true;
      stop(stream);
    };
  }, [facing, width, height]);

  return { video, ready, onLoadedData: () => setReady(true) };
}

function stop(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}
