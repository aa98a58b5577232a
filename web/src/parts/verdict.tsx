import type { VerdictCode } from "../api/schema";
import type { Outcome } from "../session/use-outcome";
import { useText } from "../text/context";
import { Notice } from "./notice";

interface Props {
  verdict: Outcome;
  words: { rejected: string; failed: string; codes?: Partial<Record<VerdictCode, string>> }; // codes: where they differ here
}

// Why a picture was not accepted, and what to do about it.
export function Verdict({ verdict, words }: Props) {
  const text = useText();
  const codes = { ...text.codes, ...words.codes };
  const decisive = (verdict.advice ?? []).filter((advice) => !advice.optional);
  const told = (verdict.errors ?? []).flatMap((code) => {
    const fields = decisive
      .filter((advice) => advice.code === code)
      .map(({ field, reason }) => (reason ? `${text.fields[field]} (${text.reasons[reason]})` : text.fields[field]));
    return fields.length > 0 ? [text.atFields(fields, codes[code])] : [codes[code]];
  });
  const lines = told.filter(Boolean).length > 0 ? told.filter(Boolean) : [verdict.error_message ?? codes.INVALID_IMAGE];
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
