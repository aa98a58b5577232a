import type { ReactNode } from "react";
import type { ApiFailure } from "../api/client";
import { useText } from "../text/context";
import type { Text } from "../text/en";

// What to say of a failed call: the page's own words for the code, then what the server says of the field.
export function sayFailure(text: Text, failure: ApiFailure): string {
  const words = [text.codes[failure.code] ?? failure.message];
  const told = failure.code === "VALIDATION_FAILED" ? Object.values(failure.fieldErrors).flat() : [];
  if (told.length > 0) words.splice(0, 1, ...told);
  if (failure.retryAfter) words.push(text.waitFor(text.seconds(failure.retryAfter)));
  if (failure.attemptsRemaining !== null) words.push(text.attemptsLeft(failure.attemptsRemaining));
  return words.join(" ");
}

interface Props {
  kind: "error" | "info";
  id?: string;
  failure?: ApiFailure | null;
  onRetry?: () => void;
  children?: ReactNode;
}

export function Notice({ kind, id, failure, onRetry, children }: Props) {
  const text = useText();
  return (
    <div className={`notice ${kind}`} id={id} role={kind === "error" ? "alert" : "status"}>
      {failure && <p>{sayFailure(text, failure)}</p>}
      {children}
      {onRetry && (
        <button type="button" className="secondary" onClick={onRetry}>
          {text.retry}
        </button>
      )}
    </div>
  );
}
