import type { ApiFailure } from "../api/client";
import { Notice } from "./notice";

interface Props {
  words: { upload: string; advice: readonly string[]; privacy: string };
  ready: boolean;
  failure: ApiFailure | null;
  onSend: () => unknown;
}

/** Below a picture's input: the button once there is a picture, how to take a good one until then. */
export function SendPicture({ words, ready, failure, onSend }: Props) {
  return (
    <>
      {failure && <Notice kind="error" failure={failure} />}
      {ready ? (
        <button type="button" className="primary wide" onClick={() => void onSend()}>
          {words.upload}
        </button>
      ) : (
        <ul className="advice">
          {words.advice.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      <p className="privacy">{words.privacy}</p>
    </>
  );
}
