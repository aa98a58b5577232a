import type { SessionStatus } from "../api/schema";
import { nextStep, stepsOf } from "../session/use-session";
import { useText } from "../text/context";

export function Stepper({ status }: { status: SessionStatus }) {
  const text = useText();
  const steps = stepsOf(status);
  const now = status.status === "completed" ? null : nextStep(status);
  return (
    <nav aria-label={text.title}>
      <p className="hidden" role="status">
        {text.progress(status.completed_steps.length, steps.length)}
      </p>
      <ol className="stepper">
        {steps.map((step, at) => {
          const done = status.completed_steps.includes(step);
          return (
            <li key={step} className={done ? "done" : step === now ? "now" : ""} aria-current={step === now && "step"}>
              <span className="dot" aria-hidden="true">
                {done ? "✓" : at + 1}
              </span>
              {text.steps[step]}
              {done && <span className="hidden">({text.stepDone})</span>}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
