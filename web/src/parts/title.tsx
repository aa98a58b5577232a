import { useEffect, useRef, type ReactNode } from "react";

// The heading of a step. It takes the focus when the step appears, so that a screen reader says where we are;
// not where it is quiet: there a field takes it.
export function Title({ children, quiet = false }: { children: ReactNode; quiet?: boolean }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!quiet) heading.current?.focus({ preventScroll: true });
  }, [quiet]);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  );
}
