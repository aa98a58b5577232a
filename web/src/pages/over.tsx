import type { SessionStatus } from "../api/schema";
import { Title } from "../parts/title";
import { useText } from "../text/context";

export function OverPage({ status, onAgain }: { status: SessionStatus; onAgain: () => void }) {
  const text = useText();
  const words = status.status === "failed" ? text.ended.failed : text.ended.expired;
  return (
    <section className="over">
      <span className="badge sad" aria-hidden="true">
        !
      </span>
      <Title>{words.title}</Title>
      <p className="lead">{words.body}</p>
      <p className="hint">{text.over.hint}</p>
      <button type="button" className="secondary wide" onClick={onAgain}>
        {text.over.again}
      </button>
    </section>
  );
}
