// What to do where there is no camera.
import type { Text } from "../text/en";
import type { CameraFault } from "./use-camera";

// For a story that the camera is only a part of.
export class CameraFailure extends Error {
  constructor(readonly fault: CameraFault) {
    super(fault);
  }
}

// `files`: a picture that was taken elsewhere will do.
export function sayFault(text: Text, fault: CameraFault, files: boolean): string {
  return files ? `${text.camera.faults[fault]} ${text.camera.orFile}` : text.camera.faults[fault];
}
