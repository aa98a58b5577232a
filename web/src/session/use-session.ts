// The session as the page knows it: its key, its latest status, and how the status is kept fresh.
import { useCallback, useEffect, useRef, useState } from "react";
import { ApiFailure, get } from "../api/client";
import type { SessionStatus, Step } from "../api/schema";
import { forgetAll, recall, remember, takeKeyFromAddress } from "./memory";

const STEPS: Step[] = ["phone", "email", "id_card", "face"];
const POLL_MS = 10_000;
const PATIENCE_MS = 2_000;

export interface Session {
  key: string | null;
  status: SessionStatus | null;
  failure: ApiFailure | null; // the status could not be had
  news: number; // grows with every event of the server
  open: (key: string) => void;
  leave: () => void;
  refresh: () => Promise<void>;
}

export function stepsOf(status: SessionStatus): Step[] {
  return STEPS.slice(0, status.max_step);
}

export function nextStep(status: SessionStatus): Step | null {
  return stepsOf(status).find((step) => !status.completed_steps.includes(step)) ?? null;
}

export function isOver(status: SessionStatus): boolean {
  return status.is_expired || ["completed", "failed", "expired"].includes(status.status);
}

function firstKey(): string | null {
  const key = takeKeyFromAddress();
  if (!key) return recall("sessionKey");
  if (key !== recall("sessionKey")) forgetAll();
  remember("sessionKey", key);
  return key;
}

export function useSession(): Session {
  const [key, setKey] = useState(firstKey);
  const [status, setStatus] = useState<SessionStatus | null>(null);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const [news, setNews] = useState(0);
  const current = useRef(key);
  current.current = key;

  const refresh = useCallback(async () => {
    const asked = current.current;
    if (!asked) return;
    try {
      const answer = await get("/api/verification/session/{session_key}/status", { path: { session_key: asked } });
      if (current.current !== asked) return;
      setStatus(answer);
      setFailure(null);
    } catch (error) {
      if (error instanceof ApiFailure && current.current === asked) setFailure(error);
    }
  }, []);

  const over = status !== null && isOver(status);
  useEffect(() => {
    if (!key || over) return;
    return follow(key, refresh, (event) => {
      setStatus(event);
      setFailure(null);
      setNews((n) => n + 1);
    });
  }, [key, over, refresh]);

  // A link that is opened in the tab that shows another session.
  useEffect(() => {
    const onHash = () => {
      const fresh = takeKeyFromAddress();
      if (!fresh) return;
      forgetAll();
      open(fresh);
    };
    addEventListener("hashchange", onHash);
    return () => removeEventListener("hashchange", onHash);
  });

  const open = (fresh: string) => {
    remember("sessionKey", fresh);
    setStatus(null);
    setFailure(null);
    setKey(fresh);
  };
  const leave = () => {
    forgetAll();
    setStatus(null);
    setFailure(null);
    setKey(null);
  };
  return { key, status, failure, news, open, leave, refresh };
}

// Follow the server's events, and ask now and then where they do not come through. Returns how to stop.
function follow(key: string, refresh: () => Promise<void>, onStatus: (status: SessionStatus) => void): () => void {
  let timer: ReturnType<typeof setInterval> | undefined;
  const poll = () => {
    if (timer !== undefined) return;
    void refresh();
    timer = setInterval(() => document.visibilityState === "visible" && void refresh(), POLL_MS);
  };
  if (typeof EventSource === "undefined") {
    poll();
    return () => clearInterval(timer);
  }
  // The first event comes at once; where it does not, something between the two holds events back.
  const patience = setTimeout(poll, PATIENCE_MS);
  const source = new EventSource(`/api/verification/session/${encodeURIComponent(key)}/events`);
  source.addEventListener("status", (event) => {
    clearTimeout(patience);
    clearInterval(timer);
    timer = undefined;
    onStatus(JSON.parse((event as MessageEvent<string>).data) as SessionStatus);
  });
  // A stream that breaks is opened again by the browser; one that is refused stays closed.
  source.onerror = () => {
    if (source.readyState === EventSource.CLOSED) poll();
  };
  return () => {
    source.close();
    clearTimeout(patience);
    clearInterval(timer);
  };
}
