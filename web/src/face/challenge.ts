// The challenge of active liveness: what the server wants to see done before the camera, in this order.
import { ApiFailure, post, serverNow } from "../api/client";
import type { FaceAction } from "../api/schema";

export interface Challenge {
  challenge: string;
  actions: FaceAction[];
  life_ms: number; // from when it was received
}

// Null where the server gives none: the selfie alone is judged then.
export async function askChallenge(sessionKey: string): Promise<Challenge | null> {
  try {
    const { data } = await post("/api/verification/face/challenge", { body: { session_key: sessionKey } });
    return {
      challenge: data.challenge,
      actions: data.actions,
      life_ms: Date.parse(data.expires_at) - serverNow(),
    };
  } catch (error) {
    if (error instanceof ApiFailure && error.has("NOT_FOUND", "METHOD_NOT_ALLOWED")) return null;
    throw error;
  }
}
