// Which screen is shown.

import { language, t } from "../i18n/index.ts";
import { useApp } from "./context.ts";
import { Later } from "./later.tsx";
import { Banners } from "./parts/banners.tsx";
import { Frameless } from "./parts/frameless.tsx";
import { route } from "./router.ts";
import { Today } from "./screens/today.tsx";

/** The app: banners above, the screen below. */
export function Screens() {
  // Read here, so that a change of language draws every screen anew.
  void language.value;
  return (
    <>
      <Banners />
      {/* An enrolment takes its code out of the address, and goes on. */}
      <Screen key={enrolling() ? "enrol" : route.value.join("/")} />
    </>
  );
}

function enrolling(): boolean {
  const { core, justEnrolled } = useApp();
  return route.value[0] === "enrol" || !core.enrolment.value || justEnrolled.value !== null;
}

function Screen() {
  const { core, pin } = useApp();
  const [screen, first = "", second = ""] = route.value;
  if (enrolling()) {
    if (core.storage.value === "broken") return <Broken />;
    return <Later screen="enrol" about={screen === "enrol" ? [first] : []} />;
  }
  if (pin.locked.value) return <Later screen="lock" about={[]} />;
  switch (screen) {
    case "round":
    case "scan":
    case "stop":
    case "attempt":
    case "code":
    case "finish":
    case "record":
    case "queue":
    case "more":
      return <Later screen={screen} about={[first, second]} />;
    default:
      return <Today />;
  }
}

function Broken() {
  return (
    <Frameless title={t().app}>
      <p>{t().banner.broken}</p>
      <button type="button" class="primary big" onClick={() => location.reload()}>
        {t().retry}
      </button>
    </Frameless>
  );
}
