// Steps 1 and 2: an address, then the code that was sent to it.
import { useState, type FormEvent } from "react";
import { post, serverNow } from "../api/client";
import type { EmailSent, PhoneSent } from "../api/schema";
import { Field } from "../parts/field";
import { localNumber } from "../parts/local-number";
import { Notice, sayFailure } from "../parts/notice";
import { Title } from "../parts/title";
import { isStale, useCall } from "../parts/use-call";
import { forget, recall, remember, type SentCode } from "../session/memory";
import { useText } from "../text/context";
import { CodeForm } from "./code-form";

export interface StepProps {
  sessionKey: string;
  news: number;
  onProgress: () => Promise<void>;
}

export type Channel = "phone" | "email";

// The two channels differ in their calls and in what their address is called.
const calls = {
  phone: {
    send: async (session_key: string, phone_number: string) =>
      (await post("/api/verification/phone/send", { body: { session_key, phone_number } })).data,
    verify: (session_key: string, phone_number: string, verification_code: string) =>
      post("/api/verification/phone/verify", { body: { session_key, phone_number, verification_code } }),
    field: { type: "tel", inputMode: "tel", autoComplete: "tel", maxLength: 32, name: "phone_number" },
  },
  email: {
    send: async (session_key: string, email: string) =>
      (await post("/api/verification/email/send", { body: { session_key, email } })).data,
    verify: (session_key: string, email: string, verification_code: string) =>
      post("/api/verification/email/verify", { body: { session_key, email, verification_code } }),
    field: { type: "email", inputMode: "email", autoComplete: "email", maxLength: 254, name: "email" },
  },
} as const;

function sentFrom(reply: PhoneSent | EmailSent): SentCode {
  const address = "phone_number" in reply ? reply.phone_number : reply.email;
  return {
    address,
    shown: localNumber(address),
    expiresAt: reply.expires_at,
    nextResendAt: reply.next_resend_at,
    attempts: reply.attempts_remaining,
    queued: reply.delivery === "queued",
  };
}

export function CodeStep({ channel, sessionKey, onProgress }: StepProps & { channel: Channel }) {
  const text = useText();
  const words = text[channel];
  const { send, verify, field } = calls[channel];
  const [address, setAddress] = useState(() => recall(channel)?.shown ?? "");
  const [sent, setSent] = useState(() => recall(channel));
  const sending = useCall();

  const keep = (next: SentCode | null) => {
    setSent(next);
    if (next) remember(channel, next);
    else forget(channel);
  };

  const sendTo = (to: string) =>
    sending.run(
      async () => keep(sentFrom(await send(sessionKey, to))),
      (failure) => {
        if (isStale(failure)) void onProgress();
        // Another code may be sent only later: let the countdown run from what the server says.
        if (sent && failure.retryAfter)
          keep({ ...sent, nextResendAt: new Date(serverNow() + failure.retryAfter * 1000).toISOString() });
      },
    );

  const submit = (event: FormEvent) => {
    event.preventDefault();
    void sendTo(address.trim());
  };

  if (sent)
    return (
      <section key="code">
        <Title quiet>{words.title}</Title>
        <Notice kind="info">
          <p>{sent.queued ? words.queued(sent.shown) : words.sent(sent.shown)}</p>
        </Notice>
        <CodeForm
          key={sent.expiresAt /* a new code makes what was said about the old one void */}
          sent={sent}
          channel={channel}
          sending={sending.busy}
          sendFailure={sending.failure}
          onResend={() => void sendTo(sent.address)}
          onVerify={(code) => verify(sessionKey, sent.address, code)}
          onAttempts={(attempts) => keep({ ...sent, attempts })}
          onDone={async () => {
            await onProgress();
            forget(channel);
          }}
          onStale={() => void onProgress()}
        />
        <p className="aside">
          <button
            type="button"
            className="plain"
            onClick={() => {
              sending.forgive();
              keep(null);
            }}
          >
            {words.change}
          </button>
        </p>
      </section>
    );

  return (
    <section key="address">
      <Title>{words.title}</Title>
      <p className="lead">{words.lead}</p>
      <form onSubmit={submit} noValidate>
        <Field
          {...field}
          label={words.label}
          placeholder={words.example}
          hint={channel === "phone" ? words.hint : undefined}
          value={address}
          onChange={(event) => setAddress(event.target.value)}
          error={sending.failure && sayFailure(text, sending.failure)}
          required
        />
        <button type="submit" className="primary" disabled={sending.busy || address.trim() === ""}>
          {words.send}
        </button>
      </form>
    </section>
  );
}
