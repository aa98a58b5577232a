// The form for a code: how long it is valid, how many attempts are left, when another may be sent.
import { useEffect, useRef, useState, type FormEvent } from "react";
import type { ApiFailure } from "../api/client";
import { Field } from "../parts/field";
import { Notice, sayFailure } from "../parts/notice";
import { isStale, useCall } from "../parts/use-call";
import type { SentCode } from "../session/memory";
import { minutes, useSecondsUntil } from "../session/use-clock";
import { useText } from "../text/context";
import type { Channel } from "./code-step";
import { waitForSms } from "./web-otp";

interface Props {
  sent: SentCode;
  channel: Channel;
  sending: boolean;
  sendFailure: ApiFailure | null;
  onResend: () => void;
  onVerify: (code: string) => Promise<unknown>;
  onAttempts: (left: number) => void;
  onDone: () => Promise<void>;
  onStale: () => void;
}

export function CodeForm(props: Props) {
  const { sent, channel, sending, sendFailure } = props;
  const text = useText();
  const [code, setCode] = useState("");
  const [empty, setEmpty] = useState(false);
  const verifying = useCall();
  const validFor = useSecondsUntil(sent.expiresAt);
  const resendIn = useSecondsUntil(sent.nextResendAt);
  const spent = sent.attempts === 0;

  const check = (digits: string) =>
    verifying.run(
      async () => {
        await props.onVerify(digits);
        await props.onDone();
      },
      (failure) => {
        if (failure.attemptsRemaining !== null) props.onAttempts(failure.attemptsRemaining);
        if (failure.has("MAX_ATTEMPTS_EXCEEDED")) props.onAttempts(0);
        if (isStale(failure)) props.onStale();
        setCode("");
      },
    );

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setEmpty(code.length < 4);
    if (code.length >= 4) void check(code);
  };

  // Where the browser can read the SMS (WebOTP), it fills in and confirms the code by itself.
  const checkLatest = useRef(check);
  checkLatest.current = check;
  useEffect(() => {
    if (channel !== "phone") return;
    return waitForSms((digits) => {
      setCode(digits);
      void checkLatest.current(digits);
    });
  }, [channel, sent.expiresAt]);

  return (
    <form onSubmit={submit} noValidate>
      <Field
        label={text.code.label}
        name="verification_code"
        className="code"
        inputMode="numeric"
        autoFocus
        autoComplete="one-time-code"
        pattern="[0-9]*"
        maxLength={10}
        value={code}
        onChange={(event) => {
          setCode(event.target.value.replace(/\D/g, ""));
          setEmpty(false);
        }}
        error={empty ? text.code.needed : problem(text, verifying.failure, spent)}
        hint={validFor > 0 ? text.code.validFor(minutes(validFor)) : text.code.expired}
        required
      />
      {sendFailure && <Notice kind="error" failure={sendFailure} />}
      <div className="row">
        <button type="submit" className="primary" disabled={verifying.busy || spent || validFor === 0}>
          {text.code.verify}
        </button>
        <button
          type="button"
          className="secondary"
          disabled={sending || verifying.busy || resendIn > 0}
          onClick={props.onResend}
        >
          {resendIn > 0 ? text.code.resendIn(minutes(resendIn)) : text.code.resend}
        </button>
      </div>
      {channel === "email" && <p className="hint">{text.email.hint}</p>}
    </form>
  );
}

function problem(text: ReturnType<typeof useText>, failure: ApiFailure | null, spent: boolean): string | null {
  if (spent) return text.noAttemptsLeft;
  return failure && sayFailure(text, failure);
}
