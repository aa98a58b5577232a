// The camera for a face: the outline, one thing to do at a time, frames that take themselves.
import { useEffect, useRef, useState } from "react";
import { CameraFailure } from "../parts/camera-fault";
import { useCamera } from "../parts/use-camera";
import { useText } from "../text/context";
import type { Text } from "../text/en";
import type { Challenge } from "./challenge";
import { conduct, type Scene, type Taken } from "./conduct";
import { Overlay, type Mark } from "./viewfinder";
import { loadFinder, Watch } from "./watch";

const IDEAL = { width: 1280, height: 720 };

interface Props {
  ask: () => Promise<Challenge | null>;
  onTaken: (taken: Taken) => void;
  onTrouble: (error: unknown) => void; // TooSlow, a failed call, CameraFailure; anything else: the page's own
  onCancel: () => void;
}

export function FaceCamera({ ask, onTaken, onTrouble, onCancel }: Props) {
  const text = useText();
  const { video, ready, onLoadedData } = useCamera({
    facing: "user",
    ideal: IDEAL,
    onFailure: (fault) => onTrouble(new CameraFailure(fault)),
  });
  const [scene, setScene] = useState<Scene | null>(null);
  const hurried = useRef(false);
  const prompt = useRef<HTMLParagraphElement>(null);
  const story = useRef({ ask, onTaken, onTrouble });
  story.current = { ask, onTaken, onTrouble };

  // The button that opened the camera is gone; what is said here is what matters now.
  useEffect(() => prompt.current?.focus(), []);

  useEffect(() => {
    if (!ready || !video.current) return;
    const stopped = new AbortController();
    const watch = new Watch(video.current, stopped.signal);
    const say = (next: Scene) => setScene((shown) => (isSame(shown, next) ? shown : next));
    loadFinder()
      .then(() => conduct({ watch, say, ask: () => story.current.ask(), hurried: () => hurried.current }))
      .then(
        (taken) => !stopped.signal.aborted && story.current.onTaken(taken),
        (error: unknown) => !stopped.signal.aborted && story.current.onTrouble(error),
      );
    return () => stopped.abort();
  }, [ready, video]);

  return (
    <div className="camera face">
      <p className="prompt" role="status" aria-live="assertive" tabIndex={-1} ref={prompt}>
        {scene ? sayScene(text, scene) : text.face.opening}
      </p>
      <div className="viewfinder user">
        <video ref={video} playsInline muted aria-label={text.face.mirror} onLoadedData={onLoadedData} />
        <Overlay mark={markOf(scene)} />
      </div>
      <Progress scene={scene} />
      <div className="row">
        {scene?.name === "finding" && scene.long && (
          <button type="button" className="primary" onClick={() => (hurried.current = true)}>
            {text.face.startNow}
          </button>
        )}
        <button type="button" className="secondary" onClick={onCancel}>
          {text.picture.cancel}
        </button>
      </div>
    </div>
  );
}

function Progress({ scene }: { scene: Scene | null }) {
  const text = useText();
  if (!scene || scene.name === "finding" || scene.of === 1) return <p className="steps" />;
  const done = scene.name === "back" ? scene.step : scene.step - 1;
  return (
    <p className="steps">
      {Array.from({ length: scene.of }, (_, at) => (
        <span key={at} className={at < done ? "done" : at === scene.step - 1 ? "now" : ""} aria-hidden="true">
          {at < done ? "✓" : at + 1}
        </span>
      ))}
      <span className="hidden">{text.face.step(scene.step, scene.of)}</span>
    </p>
  );
}

function sayScene(text: Text, scene: Scene): string {
  const words = text.face;
  switch (scene.name) {
    case "finding":
      return scene.advice ? words.guidance[scene.advice] : words.ready;
    case "straight":
      return words.straight;
    case "action":
      return scene.further ? words.further(words.actions[scene.action]) : words.actions[scene.action];
    case "hold":
      return words.hold;
    case "back":
      return words.back;
  }
}

function markOf(scene: Scene | null): Mark {
  if (!scene || (scene.name === "finding" && scene.advice)) return "seeking";
  return scene.name === "action" ? scene.action : "good";
}

function isSame(a: Scene | null, b: Scene): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
