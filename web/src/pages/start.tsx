// Without a key: where sessions are open to all, one can be started here.
import { useState, type FormEvent } from "react";
import { post, type ApiFailure } from "../api/client";
import { Notice } from "../parts/notice";
import { Title } from "../parts/title";
import { useCall } from "../parts/use-call";
import { useText } from "../text/context";

interface Props {
  onOpen: (key: string) => void;
  failure?: ApiFailure;
}

export function StartPage({ onOpen, failure }: Props) {
  const text = useText();
  const [full, setFull] = useState(() => new URLSearchParams(location.search).get("flow") !== "basic");
  const starting = useCall();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    void starting.run(async () => {
      const reply = await post("/api/verification/session/create", { body: { full_verification: full } });
      onOpen(reply.data.session_key);
    });
  };

  return (
    <section>
      <Title>{text.start.title}</Title>
      <p className="lead">{text.start.lead}</p>
      {failure && !starting.failure && <Notice kind="error" failure={failure} />}
      <form onSubmit={submit}>
        <fieldset className="choice">
          <legend>{text.start.choose}</legend>
          <label className="option">
            <input type="radio" name="flow" value="full" checked={full} onChange={() => setFull(true)} />
            <span>
              {text.start.full}
              <span className="hint">{text.start.fullHint}</span>
            </span>
          </label>
          <label className="option">
            <input type="radio" name="flow" value="basic" checked={!full} onChange={() => setFull(false)} />
            <span>
              {text.start.basic}
              <span className="hint">{text.start.basicHint}</span>
            </span>
          </label>
        </fieldset>
        {starting.failure && <Notice kind="error" failure={starting.failure} />}
        <button type="submit" className="primary wide" disabled={starting.busy}>
          {text.start.button}
        </button>
      </form>
    </section>
  );
}
