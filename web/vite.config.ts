import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

// jsfeat's files add themselves to a global. Each that is imported becomes a module of its own instead, so that the
// page carries the detector of faces and nothing else of it.
const jsfeatParts: Plugin = {
  name: "jsfeat-parts",
  enforce: "pre",
  transform: (code, id) =>
    /\/jsfeat\/(src|cascades)\//.test(id)
      ? { code: `const jsfeat = { haar: {} };\n${code}\nexport default jsfeat.haar;\n`, map: null }
      : null,
};

// The tree of dist/ is the tree of addresses: X/index.html is served as /X, everything else under its own name.
export default defineConfig({
  plugins: [jsfeatParts, react()],
  optimizeDeps: { exclude: ["jsfeat"] },
  build: {
    target: ["es2020", "safari14"],
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    // Nothing is inlined: the Content-Security-Policy allows neither inline scripts nor inline styles.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2000,
    reportCompressedSize: false,
    rollupOptions: { input: { page: "index.html", docs: "api/docs/index.html" } },
  },
  server: { proxy: { "/api/verification": "http://127.0.0.1:8080" } },
});
