// All steps are done: complete the session (asked again, the server answers the same) and show the result.
import { useEffect, useRef, useState } from "react";
import { post } from "../api/client";
import { localNumber } from "../parts/local-number";
import type { Completed, SessionStatus } from "../api/schema";
import { Notice } from "../parts/notice";
import { Title } from "../parts/title";
import { isStale, useCall } from "../parts/use-call";
import { Working } from "../parts/working";
import { useLanguage } from "../text/context";

interface Props {
  sessionKey: string;
  status: SessionStatus;
  onRefresh: () => Promise<void>;
  onAgain: () => void;
}

export function ResultPage({ sessionKey, status, onRefresh, onAgain }: Props) {
  const { text } = useLanguage();
  const [result, setResult] = useState<Completed | null>(null);
  const completing = useCall();
  const asked = useRef("");

  const complete = () =>
    completing.run(
      async () => {
        const reply = await post("/api/verification/complete/{session_key}", { path: { session_key: sessionKey } });
        setResult(reply.data);
        if (status.status !== "completed") await onRefresh();
      },
      (failure) => isStale(failure) && !failure.has("SESSION_COMPLETED") && void onRefresh(),
    );

  useEffect(() => {
    if (asked.current === sessionKey) return;
    asked.current = sessionKey;
    void complete();
  });

  if (completing.failure && !result)
    return <Notice kind="error" failure={completing.failure} onRetry={() => void complete()} />;
  if (!result) return <Working title={text.result.working} failure={null} />;
  return (
    <section className="over">
      <span className="badge" aria-hidden="true">
        ✓
      </span>
      <Title>{text.result.title}</Title>
      <p className="lead">{text.result.lead}</p>
      <Facts result={result} />
      <ForService result={result} />
      <p className="aside">
        <button type="button" className="plain" onClick={onAgain}>
          {text.result.again}
        </button>
      </p>
    </section>
  );
}

function Facts({ result }: { result: Completed }) {
  const { text, language } = useLanguage();
  const at = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  const rows: [string, string | null][] = [
    [text.result.phone, localNumber(result.verified_phone)],
    [text.result.email, result.verified_email],
    [text.result.name, result.verified_name],
    [text.result.birthDate, result.verified_birth_date],
    [text.result.at, at.format(new Date(result.verified_at))],
  ];
  return (
    <dl className="facts">
      {rows.map(
        ([name, value]) =>
          value && (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

function ForService({ result }: { result: Completed }) {
  const { text } = useLanguage();
  const [copied, setCopied] = useState(false);
  const copy = () =>
    void navigator.clipboard
      ?.writeText(result.verification_token)
      .then(() => setCopied(true))
      .catch(() => setCopied(false));
  return (
    <details>
      <summary>{text.result.forService}</summary>
      <p className="hint">{text.result.forServiceHint}</p>
      <p className="hint">
        {text.result.id}: <code>{result.session_id}</code>
      </p>
      <code className="token">{result.verification_token}</code>
      <button type="button" className="secondary" onClick={copy}>
        {copied ? text.result.copied : text.result.copy}
      </button>
    </details>
  );
}
