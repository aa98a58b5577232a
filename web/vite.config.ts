import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// The tree of dist/ is the tree of addresses: X/index.html is served as /X, everything else under its own name.
export default defineConfig({
  plugins: [react()],
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
