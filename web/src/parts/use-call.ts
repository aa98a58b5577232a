import { useRef, useState } from "react";
import { ApiFailure } from "../api/client";

// One call at a time: whether it runs, and how the last one failed.
export function useCall() {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const running = useRef(false);

  const run = async (call: () => Promise<void>, onFailure?: (failure: ApiFailure) => void) => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    setFailure(null);
    try {
      await call();
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      setFailure(error);
      onFailure?.(error);
    } finally {
      running.current = false;
      setBusy(false);
    }
  };
  return { busy, failure, run, forgive: () => setFailure(null) };
}

// Failures that mean: the session is not where this page believed it to be.
export function isStale(failure: ApiFailure): boolean {
  return failure.has(
    "SESSION_NOT_FOUND",
    "SESSION_EXPIRED",
    "SESSION_FAILED",
    "SESSION_COMPLETED",
    "STEP_OUT_OF_ORDER",
    "ALREADY_VERIFIED",
    "CONSENT_REQUIRED",
  );
}
