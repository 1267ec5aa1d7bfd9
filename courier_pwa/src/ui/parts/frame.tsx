// The frame of a screen: its title, the way back, what waits, and the scan button within the thumb's reach.

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

import { t } from "../../i18n/index.ts";
import { useApp } from "../context.ts";
import { href, route, type Route } from "../router.ts";
import { Icon } from "./icons.tsx";

interface FrameProps {
  readonly title: string;
  readonly back?: Route;
  /** The scan button's own round, where the screen has one. */
  readonly scan?: Route;
  readonly children: ComponentChildren;
}

/** A screen with its bars. The title takes the focus, so that a screen reader says where one is. */
export function Frame({ title, back, scan, children }: FrameProps) {
  return (
    <>
      <Top title={title} {...(back && { back })} />
      <main class="page">{children}</main>
      <Bottom scan={scan ?? ["scan"]} />
    </>
  );
}

/** The upper bar. */
export function Top({ title, back }: { title: string; back?: Route }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${t().app}`;
    heading.current?.focus({ preventScroll: true });
  }, [title]);
  return (
    <header class="top">
      {back && (
        <a class="top-button" href={href(...back)} aria-label={t().back} data-testid="back">
          <Icon name="back" />
        </a>
      )}
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      <Sunlight />
      <WaitingBadge />
    </header>
  );
}

/** What waits to be sent, as a number that leads to the queue. */
export function WaitingBadge() {
  const { core } = useApp();
  const count = core.waiting.value;
  const words = count ? t().waiting(count) : t().allSent;
  return (
    <a
      class={count ? "badge badge-waiting" : "badge"}
      href={href("queue")}
      aria-label={words}
      title={words}
      data-testid="badge"
      data-waiting={count}
    >
      <Icon name={count ? "queue" : "done"} />
      {count > 0 && <span>{count}</span>}
    </a>
  );
}

function Sunlight() {
  const { theme } = useApp().settings;
  const on = theme.value === "sun";
  return (
    <button
      type="button"
      class="top-button"
      aria-pressed={on}
      aria-label={t().sunlight}
      title={t().sunlight}
      data-testid="sunlight"
      onClick={() => {
        theme.value = on ? "auto" : "sun";
      }}
    >
      <Icon name="sun" />
    </button>
  );
}

function Bottom({ scan }: { scan: Route }) {
  const here = route.value[0];
  const current = (screen: string) => (here === screen ? ("page" as const) : undefined);
  return (
    <nav class="bottom" aria-label={t().nav.label}>
      <a href={href("today")} aria-current={current("today")} data-testid="nav-today">
        <Icon name="today" />
        {t().nav.today}
      </a>
      <a class="scan-button" href={href(...scan)} data-testid="scan">
        <Icon name="scan" />
        {t().nav.scan}
      </a>
      <a href={href("more")} aria-current={current("more")} data-testid="nav-more">
        <Icon name="more" />
        {t().nav.more}
      </a>
    </nav>
  );
}
