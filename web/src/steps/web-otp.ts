// WebOTP: the browser hands over the code of an SMS that ends with "@host #code". Only where it is known.
interface OtpCredential extends Credential {
  code: string;
}

// Calls `onCode` once where an SMS comes; returns how to stop waiting.
export function waitForSms(onCode: (code: string) => void): () => void {
  if (!("OTPCredential" in window)) return () => undefined;
  const stop = new AbortController();
  const wanted = { otp: { transport: ["sms"] }, signal: stop.signal } as CredentialRequestOptions;
  navigator.credentials
    .get(wanted)
    .then((credential) => {
      const code = (credential as OtpCredential | null)?.code;
      if (code) onCode(code);
    })
    .catch(() => undefined); // refused, or stopped: the person types the code
  return () => stop.abort();
}
