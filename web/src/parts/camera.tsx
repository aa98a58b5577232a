// A live picture from the camera, and a still of it as JPEG. The still is the whole frame, uncropped.
import { useEffect, useRef, useState } from "react";
import { useText } from "../text/context";

export type Facing = "environment" | "user";

interface Props {
  facing: Facing;
  onShot: (still: Blob) => void;
  onCancel: () => void;
  onFailure: () => void;
}

export function hasCamera(): boolean {
  return typeof navigator.mediaDevices?.getUserMedia === "function";
}

export function Camera({ facing, onShot, onCancel, onFailure }: Props) {
  const text = useText();
  const video = useRef<HTMLVideoElement>(null);
  const [ready, setReady] = useState(false);
  const failed = useRef(onFailure);
  failed.current = onFailure;

  useEffect(() => {
    let stream: MediaStream | null = null;
    let gone = false;
    navigator.mediaDevices
      .getUserMedia({ audio: false, video: { facingMode: facing, width: { ideal: 1920 }, height: { ideal: 1080 } } })
      .then((opened) => {
        stream = opened;
        if (gone || !video.current) return stop(opened);
        video.current.srcObject = opened;
        return video.current.play();
      })
      .catch(() => !gone && failed.current());
    return () => {
      gone = true;
      stop(stream);
    };
  }, [facing]);

  const shoot = () => {
    const still = video.current && drawFrame(video.current);
    still?.toBlob((blob) => blob && onShot(blob), "image/jpeg", 0.92);
  };

  return (
    <div className="camera">
      <div className={`viewfinder ${facing}`}>
        <video ref={video} playsInline muted aria-label={text.picture.liveLabel} onLoadedData={() => setReady(true)} />
        <span className="guide" aria-hidden="true" />
      </div>
      <div className="row">
        <button type="button" className="primary" onClick={shoot} disabled={!ready}>
          {text.picture.shoot}
        </button>
        <button type="button" className="secondary" onClick={onCancel}>
          {text.picture.cancel}
        </button>
      </div>
    </div>
  );
}

function stop(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

function drawFrame(video: HTMLVideoElement): HTMLCanvasElement | null {
  if (video.videoWidth === 0) return null;
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d")?.drawImage(video, 0, 0);
  return canvas;
}
