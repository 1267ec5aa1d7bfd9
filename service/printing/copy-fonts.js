// Copies the weights that print uses out of the package, to where the service finds them: fonts/.
import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const fonts = join(here, "fonts");
const family = dirname(fileURLToPath(import.meta.resolve("@expo-google-fonts/noto-sans-sc/package.json")));

rmSync(fonts, { recursive: true, force: true });
mkdirSync(fonts);
for (const weight of ["400Regular", "700Bold"]) {
  const name = `NotoSansSC_${weight}.ttf`;
  copyFileSync(join(family, weight, name), join(fonts, name));
}
