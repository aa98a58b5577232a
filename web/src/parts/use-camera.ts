// The camera, for as long as the component is shown. iOS opens it only after a tap, and plays it on the page only with
// playsInline.
import { useEffect, useRef, useState, type RefObject } from "react";

export type Facing = "environment" | "user";

interface Options {
  facing: Facing;
  ideal: { width: number; height: number };
  onFailure: () => void; // refused, absent, or taken away
}

export function hasCamera(): boolean {
  return typeof navigator.mediaDevices?.getUserMedia === "function";
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
    const fail = () => !gone && failed.current();
    navigator.mediaDevices
      .getUserMedia({
        audio: false,
        video: { facingMode: facing, width: { ideal: width }, height: { ideal: height } },
      })
      .then((opened) => {
        stream = opened;
        if (gone || !video.current) return stop(opened);
        for (const track of opened.getTracks()) track.onended = fail;
        video.current.srcObject = opened;
        return video.current.play();
      })
      .catch(fail);
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
