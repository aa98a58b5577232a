// The outcome of an upload: asked for at growing intervals, and at once when the server has news.
import { useEffect, useRef, useState } from "react";
import { ApiFailure } from "../api/client";
import type { FieldAdvice, VerdictCode, VerificationStatus } from "../api/schema";

const DELAYS_MS = [600, 800, 1200, 2000, 3000, 4000];
const LAST_DELAY_MS = 5000;
const LONGEST_WAIT_S = 60;

export interface Outcome {
  status: VerificationStatus;
  errors: VerdictCode[] | null;
  error_message: string | null;
  advice?: FieldAdvice[] | null; // of a document
}

export interface Waiting {
  id: string | null;
  ask: (id: string) => Promise<Outcome>;
  news: number;
  onOutcome: (outcome: Outcome) => void;
  onLost: (failure: ApiFailure) => void; // the upload is not known any more
}

export function useOutcome({ id, ask, news, onOutcome, onLost }: Waiting): ApiFailure | null {
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const asks = useRef(0);
  const latest = useRef({ ask, onOutcome, onLost });
  latest.current = { ask, onOutcome, onLost };

  useEffect(() => {
    asks.current = 0;
    setFailure(null);
  }, [id]);

  useEffect(() => {
    if (!id) return;
    let gone = false;
    let timer: ReturnType<typeof setTimeout>;
    const later = (ms: number) => {
      timer = setTimeout(() => void once(id), ms);
    };
    const nextDelay = () => DELAYS_MS[asks.current] ?? LAST_DELAY_MS;

    const once = async (asked: string) => {
      asks.current++;
      try {
        const outcome = await latest.current.ask(asked);
        if (gone) return;
        setFailure(null);
        if (outcome.status === "pending" || outcome.status === "processing") later(nextDelay());
        else latest.current.onOutcome(outcome);
      } catch (error) {
        if (gone || !(error instanceof ApiFailure)) return;
        if (error.status === 404) return latest.current.onLost(error);
        setFailure(error);
        later(error.retryAfter ? Math.min(error.retryAfter, LONGEST_WAIT_S) * 1000 : LAST_DELAY_MS);
      }
    };
    later(asks.current === 0 ? nextDelay() : 0);
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [id, news]);

  return failure;
}
