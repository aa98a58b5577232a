// Before the first step, where the server asks for it: what is collected, each item with a box of its own.
import { useEffect, useState, type FormEvent } from "react";
import { ApiFailure, get, post } from "../api/client";
import type { ConsentItem, ConsentText, Step } from "../api/schema";
import { Notice } from "../parts/notice";
import { Title } from "../parts/title";
import { isStale, useCall } from "../parts/use-call";
import { useLanguage } from "../text/context";
import type { StepProps } from "./code-step";

const itemOf: Record<Step, ConsentItem> = { phone: "phone", email: "email", id_card: "document", face: "face" };

interface Props extends StepProps {
  steps: Step[];
}

export function ConsentStep({ sessionKey, steps, onProgress }: Props) {
  const { language, text } = useLanguage();
  const { consent, failure, load } = useConsentText();
  const [agreed, setAgreed] = useState<ConsentItem[]>([]);
  const [incomplete, setIncomplete] = useState(false);
  const [changed, setChanged] = useState(false);
  const giving = useCall();
  const needed = steps.map((step) => itemOf[step]);

  if (failure) return <Notice kind="error" failure={failure} onRetry={load} />;
  if (!consent)
    return (
      <p className="waiting" role="status">
        <span className="spinner" aria-hidden="true" />
        {text.loading}
      </p>
    );
  const words = consent.texts[language];

  // What is optional goes with the face; whoever leaves it goes on all the same.
  const shown = words.items.filter(({ item, optional }) => (optional ? needed.includes("face") : needed.includes(item)));

  const toggle = (item: ConsentItem, on: boolean) => {
    setIncomplete(false);
    setAgreed((before) => (on ? [...before, item] : before.filter((each) => each !== item)));
  };

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const whole = needed.every((item) => agreed.includes(item));
    setIncomplete(!whole);
    if (!whole) return;
    void giving.run(
      async () => {
        await post("/api/verification/session/{session_key}/consent", {
          path: { session_key: sessionKey },
          body: {
            version: consent.version,
            text_sha256: words.text_sha256,
            items: agreed,
            purpose: words.purpose,
            retention_days: consent.retention_days,
          },
        });
        await onProgress();
      },
      (problem) => {
        if (isStale(problem)) void onProgress();
        // What was agreed to is no longer the text: it has to be read anew.
        setChanged(problem.has("VALIDATION_FAILED"));
        if (problem.has("VALIDATION_FAILED")) {
          setAgreed([]);
          load();
        }
      },
    );
  };

  return (
    <section>
      <Title>{text.consent.title}</Title>
      <p className="lead">{text.consent.lead}</p>
      <p>
        {text.consent.purpose}: {words.purpose}
      </p>
      <p>{words.intro}</p>
      <form onSubmit={submit} noValidate>
        {shown.map(({ item, title, text: told }) => (
          <div className="item" key={item}>
            <h2 id={`consent-${item}`}>{title}</h2>
            <p id={`consent-${item}-text`}>{told}</p>
            <label className="option">
              <input
                type="checkbox"
                name={item}
                checked={agreed.includes(item)}
                aria-describedby={`consent-${item} consent-${item}-text`}
                onChange={(event) => toggle(item, event.target.checked)}
              />
              {text.consent.agree}
            </label>
          </div>
        ))}
        {incomplete && <Notice kind="error">{text.consent.needed}</Notice>}
        {changed && <Notice kind="error">{text.consent.changed}</Notice>}
        {giving.failure && !changed && <Notice kind="error" failure={giving.failure} />}
        <button type="submit" className="primary wide" disabled={giving.busy}>
          {text.consent.button}
        </button>
      </form>
    </section>
  );
}

// The text of both languages, so that switching between them asks for nothing.
function useConsentText() {
  const [consent, setConsent] = useState<ConsentText | null>(null);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    let gone = false;
    get("/api/verification/consent")
      .then((reply) => {
        if (gone) return;
        setConsent(reply.data);
        setFailure(null);
      })
      .catch((error: unknown) => {
        if (!gone && error instanceof ApiFailure) setFailure(error);
      });
    return () => {
      gone = true;
    };
  }, [asked]);
  return { consent, failure, load: () => setAsked((n) => n + 1) };
}
