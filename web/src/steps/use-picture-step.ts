// What documents and faces share: pick a picture, upload it, wait for the outcome, perhaps once more.
import { useState } from "react";
import type { ApiFailure } from "../api/client";
import { isStale, useCall } from "../parts/use-call";
import { forget, recall, remember } from "../session/memory";
import { useOutcome, type Outcome } from "../session/use-outcome";
import type { StepProps } from "./code-step";

interface Work<P> extends StepProps {
  slot: "idCardUpload" | "faceUpload";
  upload: (picture: P) => Promise<string>; // the verification's id
  ask: (id: string) => Promise<Outcome>;
}

// P is what is uploaded: a picture, or what comes with it too.
export function usePictureStep<P = Blob>({ slot, upload, ask, news, onProgress }: Work<P>) {
  const [picture, setPicture] = useState<P | null>(null);
  const [id, setId] = useState(() => recall(slot));
  const [verdict, setVerdict] = useState<Outcome | null>(null);
  const [lost, setLost] = useState<ApiFailure | null>(null);
  const uploading = useCall();

  const finish = () => {
    forget(slot);
    setId(null);
  };
  const waitFailure = useOutcome({
    id,
    ask,
    news,
    onOutcome: (outcome) => {
      if (outcome.status === "success") {
        void onProgress().then(() => forget(slot));
        return;
      }
      finish();
      setVerdict(outcome);
      setPicture(null);
      void onProgress(); // too many rejections end a session
    },
    onLost: (failure) => {
      finish();
      setLost(failure);
    },
  });

  const submit = (chosen = picture) =>
    chosen &&
    uploading.run(
      async () => {
        setLost(null);
        const started = await upload(chosen);
        setVerdict(null);
        remember(slot, started);
        setId(started);
      },
      (failure) => isStale(failure) && void onProgress(),
    );

  const pick = (next: P | null) => {
    uploading.forgive();
    setPicture(next);
  };
  return {
    picture,
    pick,
    verdict,
    submit,
    busy: uploading.busy,
    failure: uploading.failure ?? lost,
    waiting: id !== null,
    waitFailure,
  };
}
