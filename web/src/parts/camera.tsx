// A live picture from the camera, and a still of it as JPEG. The still is the whole frame, uncropped.
import { useText } from "../text/context";
import { useCamera, type CameraFault, type Facing } from "./use-camera";

const IDEAL = { width: 1920, height: 1080 };

interface Props {
  facing: Facing;
  onShot: (still: Blob) => void;
  onCancel: () => void;
  onFailure: (fault: CameraFault) => void;
}

export function Camera({ facing, onShot, onCancel, onFailure }: Props) {
  const text = useText();
  const { video, ready, onLoadedData } = useCamera({ facing, ideal: IDEAL, onFailure });

  const shoot = () => {
    const still = video.current && drawFrame(video.current);
    still?.toBlob((blob) => blob && onShot(blob), "image/jpeg", 0.92);
  };

  return (
    <div className="camera">
      <div className={`viewfinder ${facing}`}>
        <video ref={video} playsInline muted aria-label={text.picture.liveLabel} onLoadedData={onLoadedData} />
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

function drawFrame(video: HTMLVideoElement): HTMLCanvasElement | null {
  if (video.videoWidth === 0) return null;
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d")?.drawImage(video, 0, 0);
  return canvas;
}
