import { useEffect, useRef, type ReactNode } from "react";

// The heading of a step. It takes the focus when the step appears, so that a screen reader says where we are.
export function Title({ children }: { children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  );
}
