import { useState } from "react";
import { get, post } from "../api/client";
import type { IdCardType } from "../api/schema";
import { Notice } from "../parts/notice";
import { PictureInput } from "../parts/picture-input";
import { SendPicture } from "../parts/send-picture";
import { Title } from "../parts/title";
import { Verdict } from "../parts/verdict";
import { Working } from "../parts/working";
import { recall, remember } from "../session/memory";
import { useText } from "../text/context";
import type { StepProps } from "./code-step";
import { usePictureStep } from "./use-picture-step";

const TYPES: IdCardType[] = ["resident_card", "driver_license", "passport"];
const LEAST = { width: 300, height: 200 };

// again: the document was accepted, but the face could not be compared with its portrait.
export function IdCardStep({ again, ...props }: StepProps & { again: boolean }) {
  const text = useText();
  const words = text.idCard;
  const [type, setType] = useState<IdCardType>(() => recall("idCardType") ?? "resident_card");
  const step = usePictureStep({
    ...props,
    slot: "idCardUpload",
    upload: async (picture) => {
      const form = new FormData();
      form.append("session_key", props.sessionKey);
      form.append("id_card_type", type);
      form.append("front_image", picture, "front");
      return (await post("/api/verification/id-card/upload", { body: form })).data.verification_id;
    },
    ask: (id) =>
      get("/api/verification/id-card/{verification_id}/status", { path: { verification_id: id } }),
  });

  const choose = (next: IdCardType) => {
    remember("idCardType", next);
    setType(next);
  };

  return (
    <section>
      <Title>{words.title}</Title>
      {step.waiting || step.busy ? (
        <Working title={words.working} hint={words.workingHint} failure={step.waitFailure} />
      ) : (
        <>
          {step.verdict && <Verdict verdict={step.verdict} words={words} />}
          {!step.verdict && again && (
            <Notice kind="error">
              <p className="notice-title">{words.again}</p>
              <p>{words.againHint}</p>
            </Notice>
          )}
          {!step.verdict && !again && <p className="lead">{words.lead}</p>}
          <fieldset className="choice">
            <legend>{words.kind}</legend>
            {TYPES.map((each) => (
              <label key={each} className="option">
                <input
                  type="radio"
                  name="id_card_type"
                  value={each}
                  checked={type === each}
                  onChange={() => choose(each)}
                />
                {words.kinds[each]}
              </label>
            ))}
          </fieldset>
          <PictureInput
            label={type === "passport" ? words.frontPassport : words.front}
            facing="environment"
            least={LEAST}
            picture={step.picture}
            onPicture={step.pick}
          />
          <SendPicture words={words} ready={step.picture !== null} failure={step.failure} onSend={() => step.submit()} />
        </>
      )}
    </section>
  );
}
