import type { Outcome } from "../session/use-outcome";
import { useText } from "../text/context";
import { Notice } from "./notice";

interface Props {
  verdict: Outcome;
  words: { rejected: string; failed: string };
}

// Why a picture was not accepted, and what to do about it.
export function Verdict({ verdict, words }: Props) {
  const text = useText();
  const told = (verdict.errors ?? []).flatMap((code) => {
    const fields = (verdict.advice ?? []).filter((advice) => advice.code === code).map((advice) => text.fields[advice.field]);
    return fields.length > 0 ? [text.atFields(fields, text.codes[code])] : [text.codes[code]];
  });
  const lines = told.filter(Boolean).length > 0 ? told.filter(Boolean) : [verdict.error_message ?? text.codes.INVALID_IMAGE];
  return (
    <Notice kind="error">
      <p className="notice-title">{verdict.status === "rejected" ? words.rejected : words.failed}</p>
      <ul>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </Notice>
  );
}
