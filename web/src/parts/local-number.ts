// A Korean mobile number as people here write it; any other number stays as it is.
export function localNumber(e164: string): string {
  return e164.replace(/^\+82(\d{2})(\d{3,4})(\d{4})$/, "0$1-$2-$3");
}
