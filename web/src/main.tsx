import { createRoot } from "react-dom/client";
import { App } from "./app";
import { TextProvider } from "./text/context";

const root = document.getElementById("root");
if (root)
  createRoot(root).render(
    <TextProvider>
      <App />
    </TextProvider>,
  );
