import { get, post } from "../api/client";
import { Notice } from "../parts/notice";
import { PictureInput } from "../parts/picture-input";
import { Title } from "../parts/title";
import { Verdict } from "../parts/verdict";
import { Working } from "../parts/working";
import { useText } from "../text/context";
import type { StepProps } from "./code-step";
import { usePictureStep } from "./use-picture-step";

const LEAST = { width: 80, height: 80 };

export function FaceStep(props: StepProps) {
  const words = useText().face;
  const step = usePictureStep({
    ...props,
    slot: "faceUpload",
    upload: async (picture) => {
      const form = new FormData();
      form.append("session_key", props.sessionKey);
      form.append("selfie_image", picture, "selfie");
      return (await post("/api/verification/face/upload", { body: form })).data.verification_id;
    },
    ask: (id) => get("/api/verification/face/{verification_id}/status", { path: { verification_id: id } }),
  });

  return (
    <section>
      <Title>{words.title}</Title>
      {step.waiting || step.busy ? (
        <Working title={words.working} hint={words.workingHint} failure={step.waitFailure} />
      ) : (
        <>
          {step.verdict ? <Verdict verdict={step.verdict} words={words} /> : <p className="lead">{words.lead}</p>}
          <PictureInput
            label={words.picture}
            facing="user"
            least={LEAST}
            picture={step.picture}
            onPicture={step.pick}
          />
          {step.failure && <Notice kind="error" failure={step.failure} />}
          {step.picture ? (
            <button type="button" className="primary wide" onClick={() => void step.submit()}>
              {words.upload}
            </button>
          ) : (
            <ul className="advice">
              {words.advice.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          )}
          <p className="privacy">{words.privacy}</p>
        </>
      )}
    </section>
  );
}
