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
  const decisive = (verdict.advice ?? []).filter((advice) => !advice.optional);
  const told = (verdict.errors ?? []).flatMap((code) => {
    const fields = decisive
      .filter((advice) => advice.code === code)
      .map(({ field, reason }) => (reason ? `${text.fields[field]} (${text.reasons[reason]})` : text.fields[field]));
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
