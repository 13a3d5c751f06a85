// Build what the pages load into src/maillage/web/socle/static/socle, with content hashes in the names
// and actifs.json to find them; put the typefaces of documents (static TrueType) in src/maillage/reports/polices.
// Run by `make install`.
import { build } from "esbuild";
import * as sass from "sass";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const out = join(root, "src/maillage/web/socle/static/socle");

const sassPlugin = {
  name: "sass",
  setup(builder) {
    builder.onLoad({ filter: /\.scss$/ }, ({ path }) => ({
      contents: sass.compile(path, {
        loadPaths: [join(root, "node_modules")],
        quietDeps: true,
        silenceDeprecations: ["import", "global-builtin", "color-functions", "if-function"],
      }).css,
      loader: "css",
      resolveDir: here,
    }));
  },
};

const google = join(root, "node_modules/@expo-google-fonts");
const fonts = join(root, "src/maillage/reports/polices");
mkdirSync(fonts, { recursive: true });
// The typeface of documents, then those of the signs that it lacks: document.typ gives their order.
const families = {
  "atkinson-hyperlegible-next": [
    "AtkinsonHyperlegibleNext",
    ["400Regular", "400Regular_Italic", "700Bold", "700Bold_Italic"],
  ],
  "noto-sans": ["NotoSans", ["400Regular", "700Bold"]],
  "noto-sans-arabic": ["NotoSansArabic", ["400Regular", "700Bold"]],
  "noto-sans-hebrew": ["NotoSansHebrew", ["400Regular"]],
  "noto-sans-symbols": ["NotoSansSymbols", ["400Regular"]],
  "noto-sans-symbols-2": ["NotoSansSymbols2", ["400Regular"]],
  "noto-emoji": ["NotoEmoji", ["400Regular"]],
};
for (const [family, [stem, styles]] of Object.entries(families)) {
  for (const style of styles) {
    const name = `${stem}_${style}.ttf`;
    copyFileSync(join(google, family, style, name), join(fonts, name));
  }
  copyFileSync(join(google, family, "LICENSE_FONT"), join(fonts, `LICENCE_${stem}`));
}
const web =
  "@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-wght-normal.woff2";
copyFileSync(join(root, "node_modules", web), join(fonts, "page.woff2")); // held in pages that stand alone

// MapLibre's published files hold what the page and its worker share twice; built from its sources, once.
const maplibre = join(root, "node_modules/maplibre-gl/src");
const maplibrePlugin = {
  name: "maplibre",
  setup(builder) {
    builder.onResolve({ filter: /^maplibre-gl$/ }, () => ({
      path: join(maplibre, "index.ts"),
      sideEffects: false,
    }));
  },
};

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: {
    site: "assets/site.js",
    style: "assets/styles/site.scss",
    carte: "assets/carte.js",
    atelier: "assets/atelier.js",
    borne: "assets/borne.js",
    millesimes: "assets/millesimes.js",
    "carte-style": "assets/styles/carte-vive.scss",
    marque: "assets/marque.svg",
    "carte-worker": join(maplibre, "source/worker.ts"),
  },
  entryNames: "[name].[hash]",
  assetNames: "[name].[hash]",
  chunkNames: "[name].[hash]",
  bundle: true,
  splitting: true,
  minify: true,
  format: "esm",
  target: ["es2022"],
  outdir: out,
  loader: { ".woff2": "file", ".svg": "copy" },
  legalComments: "linked",
  logLevel: "warning",
  metafile: true,
  tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } }, // as MapLibre compiles itself
  plugins: [sassPlugin, maplibrePlugin],
});

const names = {};
for (const path of Object.keys(metafile.outputs).sort()) {
  const name = relative(out, join(root, path));
  names[name.replace(/\.[A-Z0-9]{8}(?=\.)/, "")] = name;
}
writeFileSync(join(out, "actifs.json"), JSON.stringify(names, null, 1) + "\n");
for (const name of readdirSync(out)) {
  if (!/\.(js|css)$/.test(name)) continue;
  const bytes = readFileSync(join(out, name));
  writeFileSync(join(out, name + ".gz"), gzipSync(bytes, { level: 9 }));
  writeFileSync(join(out, name + ".br"), brotliCompressSync(bytes));
}
