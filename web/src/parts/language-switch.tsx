import { useLanguage } from "../text/context";

export function LanguageSwitch() {
  const { language, text, choose } = useLanguage();
  const other = language === "ko" ? "en" : "ko";
  return (
    <button type="button" className="plain" lang={other} onClick={() => choose(other)}>
      {text.otherLanguage}
    </button>
  );
}
