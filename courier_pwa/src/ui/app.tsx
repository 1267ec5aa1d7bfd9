// Which screen is shown.

import { language, t } from "../i18n/index.ts";
import { useApp } from "./context.ts";
import { Banners } from "./parts/banners.tsx";
import { Frameless } from "./parts/frameless.tsx";
import { route } from "./router.ts";
import { Attempt } from "./screens/attempt.tsx";
import { Code } from "./screens/code.tsx";
import { Enrol } from "./screens/enrol.tsx";
import { Finish } from "./screens/finish.tsx";
import { More } from "./screens/more.tsx";
import { Queue } from "./screens/queue.tsx";
import { Record } from "./screens/record.tsx";
import { Round } from "./screens/round.tsx";
import { Scan } from "./screens/scan.tsx";
import { StopPage } from "./screens/stop.tsx";
import { Today } from "./screens/today.tsx";

/** The app: banners above, the screen below. */
export function Screens() {
  // Read here, so that a change of language draws every screen anew.
  void language.value;
  return (
    <>
      <Banners />
      <Screen key={route.value.join("/")} />
    </>
  );
}

function Screen() {
  const { core } = useApp();
  const [screen, first, second] = route.value;
  if (screen === "enrol" || !core.enrolment.value) {
    return core.storage.value === "broken" ? <Broken /> : <Enrol code={screen === "enrol" ? first : undefined} />;
  }
  switch (screen) {
    case "round":
      return <Round code={first ?? ""} date={second ?? ""} />;
    case "scan":
      return <Scan round={first} date={second} />;
    case "stop":
      return <StopPage code={first ?? ""} date={second} />;
    case "attempt":
      return <Attempt code={first} />;
    case "code":
      return <Code />;
    case "finish":
      return <Finish code={first ?? ""} date={second ?? ""} />;
    case "record":
      return <Record />;
    case "queue":
      return <Queue />;
    case "more":
      return <More />;
    default:
      return <Today />;
  }
}

function Broken() {
  return (
    <Frameless title={t().more.storages.broken}>
      <p>{t().banner.broken}</p>
      <button type="button" class="primary big" onClick={() => location.reload()}>
        {t().retry}
      </button>
    </Frameless>
  );
}
