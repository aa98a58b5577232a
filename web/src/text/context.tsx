import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { setLanguage } from "../api/client";
import { en, type Text } from "./en";
import { ko } from "./ko";

type Language = "ko" | "en";
const texts: Record<Language, Text> = { ko, en };
const STORED = "bonin.language";

interface Choice {
  language: Language;
  text: Text;
  choose: (language: Language) => void;
}

const Context = createContext<Choice | null>(null);

function firstLanguage(): Language {
  try {
    const stored = localStorage.getItem(STORED);
    if (stored === "ko" || stored === "en") return stored;
  } catch {
    /* storage switched off: the browser's language it is */
  }
  const wanted = navigator.languages?.find((tag) => /^(ko|en)\b/i.test(tag)) ?? "en";
  return wanted.toLowerCase().startsWith("ko") ? "ko" : "en";
}

export function TextProvider({ children }: { children: ReactNode }) {
  const [language, setChosen] = useState(firstLanguage);
  setLanguage(language);
  useEffect(() => {
    document.documentElement.lang = language;
    document.title = `${texts[language].title} · bonin`;
  }, [language]);
  const value = useMemo(
    () => ({
      language,
      text: texts[language],
      choose: (next: Language) => {
        setChosen(next);
        try {
          localStorage.setItem(STORED, next);
        } catch {
          /* as above */
        }
      },
    }),
    [language],
  );
  return <Context.Provider value={value}>{children}</Context.Provider>;
}

export function useLanguage(): Choice {
  const value = useContext(Context);
  if (!value) throw new Error("TextProvider is missing");
  return value;
}

export function useText(): Text {
  return useLanguage().text;
}
