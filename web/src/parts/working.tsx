import type { ApiFailure } from "../api/client";
import { Notice } from "./notice";

interface Props {
  title: string;
  hint?: string;
  failure: ApiFailure | null;
}

export function Working({ title, hint, failure }: Props) {
  return (
    <>
      <div className="waiting" role="status">
        <span className="spinner" aria-hidden="true" />
        <p>
          <strong>{title}</strong>
          {hint && <span className="hint">{hint}</span>}
        </p>
      </div>
      {failure && <Notice kind="error" failure={failure} />}
    </>
  );
}
