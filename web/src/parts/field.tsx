import { useEffect, useId, useRef, type InputHTMLAttributes } from "react";

interface Props extends InputHTMLAttributes<HTMLInputElement> {
  label: string;
  hint?: string | undefined;
  error?: string | null | undefined;
}

export function Field({ label, hint, error, ...input }: Props) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  // What is wrong is to be mended here.
  useEffect(() => {
    if (error) field.current?.focus();
  }, [error]);
  const told = [error ? `${id}-error` : "", hint ? `${id}-hint` : ""].filter(Boolean).join(" ");
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input ref={field} id={id} aria-invalid={!!error} aria-describedby={told || undefined} {...input} />
      {error && (
        <p className="field-error" id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
