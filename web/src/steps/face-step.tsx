import { useState } from "react";
import { ApiFailure, get, post } from "../api/client";
import type { LivenessMode } from "../api/schema";
import { askChallenge } from "../face/challenge";
import { TooSlow, type Taken } from "../face/conduct";
import { FaceCamera } from "../face/face-camera";
import { CameraFailure, sayFault } from "../parts/camera-fault";
import { Notice } from "../parts/notice";
import { PictureInput } from "../parts/picture-input";
import { SendPicture } from "../parts/send-picture";
import { Title } from "../parts/title";
import { isStale } from "../parts/use-call";
import { Verdict } from "../parts/verdict";
import { Working } from "../parts/working";
import { useText } from "../text/context";
import type { StepProps } from "./code-step";
import { usePictureStep } from "./use-picture-step";

const LEAST = { width: 80, height: 80 };

interface Props extends StepProps {
  mode: LivenessMode;
}

function formOf(sessionKey: string, { selfie, proof }: Taken): FormData {
  const form = new FormData();
  form.append("session_key", sessionKey);
  if (proof) {
    form.append("challenge", proof.challenge);
    form.append("frame_times", JSON.stringify(proof.times));
  }
  form.append("selfie_image", selfie, "selfie");
  for (const frame of proof?.frames ?? []) form.append("frames", frame, "frame");
  return form;
}

export function FaceStep({ mode, ...props }: Props) {
  const text = useText();
  const words = text.face;
  const [live, setLive] = useState(false);
  const [trouble, setTrouble] = useState<string | ApiFailure | null>(null);
  const files = mode !== "active";
  const step = usePictureStep<Taken>({
    ...props,
    slot: "faceUpload",
    upload: async (taken) =>
      (await post("/api/verification/face/upload", { body: formOf(props.sessionKey, taken) })).data.verification_id,
    ask: (id) => get("/api/verification/face/{verification_id}/status", { path: { verification_id: id } }),
  });

  const open = () => {
    step.pick(null);
    setTrouble(null);
    setLive(true);
  };
  const close = (why: string | ApiFailure | null) => {
    setLive(false);
    setTrouble(why);
  };
  // What the camera led through goes out as it is; a selfie alone can be looked at first.
  const onTaken = (taken: Taken) => {
    close(null);
    if (taken.proof) void step.submit(taken);
    else step.pick(taken);
  };
  const onTrouble = (error: unknown) => {
    if (error instanceof ApiFailure && isStale(error)) void props.onProgress();
    if (error instanceof ApiFailure) close(error);
    else if (error instanceof TooSlow) close(words.tooSlow);
    else close(sayFault(text, error instanceof CameraFailure ? error.fault : "failed", files));
  };

  if (step.waiting || step.busy)
    return (
      <section>
        <Title>{words.title}</Title>
        <Working title={words.working} hint={words.workingHint} failure={step.waitFailure} />
      </section>
    );
  if (live)
    return (
      <section>
        <Title>{words.title}</Title>
        <FaceCamera
          ask={mode === "passive" ? async () => null : () => askChallenge(props.sessionKey)}
          onTaken={onTaken}
          onTrouble={onTrouble}
          onCancel={() => close(null)}
        />
      </section>
    );
  return (
    <section>
      <Title key="begin">{words.title}</Title>
      {step.verdict ? <Verdict verdict={step.verdict} words={words} /> : <p className="lead">{words.lead}</p>}
      {trouble && (
        <Notice kind="error" failure={trouble instanceof ApiFailure ? trouble : null}>
          {typeof trouble === "string" && <p>{trouble}</p>}
        </Notice>
      )}
      <PictureInput
        label={words.picture}
        facing="user"
        least={LEAST}
        picture={step.picture?.selfie ?? null}
        onPicture={(selfie) => {
          setTrouble(null);
          step.pick(selfie && { selfie, proof: null });
        }}
        files={files}
        onCamera={open}
      />
      <SendPicture words={words} ready={step.picture !== null} failure={step.failure} onSend={() => step.submit()} />
    </section>
  );
}
