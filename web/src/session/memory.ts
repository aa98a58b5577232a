// What a refresh of the page must not lose, kept for this tab alone and forgotten with it.
import type { IdCardType } from "../api/schema";

export interface SentCode {
  address: string;
  shown: string;
  expiresAt: string;
  nextResendAt: string;
  attempts: number;
  queued: boolean;
}

interface Memory {
  sessionKey: string;
  phone: SentCode;
  email: SentCode;
  idCardType: IdCardType;
  idCardUpload: string;
  faceUpload: string;
}

const PREFIX = "bonin.";

export function recall<K extends keyof Memory>(name: K): Memory[K] | null {
  try {
    const text = sessionStorage.getItem(PREFIX + name);
    return text === null ? null : (JSON.parse(text) as Memory[K]);
  } catch {
    return null; // storage switched off: the page works, a refresh starts over
  }
}

export function remember<K extends keyof Memory>(name: K, value: Memory[K]): void {
  try {
    sessionStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    /* as above */
  }
}

export function forget(...names: (keyof Memory)[]): void {
  try {
    for (const name of names) sessionStorage.removeItem(PREFIX + name);
  } catch {
    /* as above */
  }
}

export function forgetAll(): void {
  forget("sessionKey", "phone", "email", "idCardType", "idCardUpload", "faceUpload");
}

// The key from the relying party's link, #session_key=… or ?session_key=…; the address bar and the browser's
// history do not keep it.
export function takeKeyFromAddress(): string | null {
  const url = new URL(location.href);
  const key =
    new URLSearchParams(url.hash.replace(/^#/, "")).get("session_key") ?? url.searchParams.get("session_key");
  if (!key) return null;
  url.searchParams.delete("session_key");
  url.hash = "";
  history.replaceState(null, "", url.pathname + url.search);
  return key;
}
