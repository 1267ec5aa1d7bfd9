// A screen before enrolment: a title and nothing that leads elsewhere.

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

import { t } from "../../i18n/index.ts";

export function Frameless({ title, children }: { title: string; children: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${t().app}`;
    heading.current?.focus({ preventScroll: true });
  }, [title]);
  return (
    <main class="page page-alone">
      <p class="brand">{t().app}</p>
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {children}
    </main>
  );
}
