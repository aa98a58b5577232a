import { LanguageSwitch } from "./parts/language-switch";
import { Notice } from "./parts/notice";
import { Stepper } from "./parts/stepper";
import { OverPage } from "./pages/over";
import { ResultPage } from "./pages/result";
import { StartPage } from "./pages/start";
import { isOver, nextStep, stepsOf, useSession, type Session } from "./session/use-session";
import { CodeStep } from "./steps/code-step";
import { ConsentStep } from "./steps/consent-step";
import { FaceStep } from "./steps/face-step";
import { IdCardStep } from "./steps/id-card-step";
import { useText } from "./text/context";

export function App() {
  const session = useSession();
  const text = useText();
  return (
    <div className="page">
      <header className="top">
        <p className="brand">
          <span className="mark" aria-hidden="true" />
          {text.brand} <span className="brand-more">{text.title}</span>
        </p>
        <LanguageSwitch />
      </header>
      {session.status && <Stepper status={session.status} />}
      <main className="card">
        <Content session={session} />
      </main>
      <footer className="foot">{text.footer}</footer>
    </div>
  );
}

function Content({ session }: { session: Session }) {
  const text = useText();
  const { key, status, failure, news } = session;
  if (!key) return <StartPage onOpen={session.open} />;
  if (!status && failure?.has("SESSION_NOT_FOUND")) return <StartPage onOpen={session.open} failure={failure} />;
  if (!status && failure) return <Notice kind="error" failure={failure} onRetry={() => void session.refresh()} />;
  if (!status)
    return (
      <p className="waiting" role="status">
        <span className="spinner" aria-hidden="true" />
        {text.loading}
      </p>
    );

  if (isOver(status) && status.status !== "completed") return <OverPage status={status} onAgain={session.leave} />;
  const step = status.status === "completed" ? null : nextStep(status);
  const props = { sessionKey: key, news, onProgress: session.refresh };
  if (step && status.consent_required) return <ConsentStep steps={stepsOf(status)} {...props} />;
  switch (step) {
    case "phone":
      return <CodeStep key="phone" channel="phone" {...props} />;
    case "email":
      return <CodeStep key="email" channel="email" {...props} />;
    case "id_card":
      return <IdCardStep again={status.status === "id_card_verified"} {...props} />;
    case "face":
      return <FaceStep mode={status.liveness_mode} {...props} />;
    case null:
      return <ResultPage sessionKey={key} status={status} onRefresh={session.refresh} onAgain={session.leave} />;
  }
}
