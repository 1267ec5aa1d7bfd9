// Drawn with strokes, readable at arm's length. All are ornaments: the words beside them speak.

const PATHS = {
  back: "M15 5l-7 7 7 7",
  today: "M4 7h16v13H4zM4 11h16M8 4v4M16 4v4",
  scan: "M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M7 12h10",
  queue: "M12 19V6M6 11l6-6 6 6M5 21h14",
  more: "M5 7h14M5 12h14M5 17h14",
  sun: "M12 8a4 4 0 100 8 4 4 0 000-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.5 1.5M17.5 17.5L19 19M19 5l-1.5 1.5M6.5 17.5L5 19",
  done: "M5 12.5l4.5 4.5L19 7.5",
  tried: "M6 6l12 12M18 6L6 18",
  warn: "M12 4l9 16H3zM12 10v4M12 17h.01",
  torch: "M8 3h8v4l-2 3v11h-4V10L8 7zM8 7h8",
  lens: "M4 8h3l2-3h6l2 3h3v11H4zM12 10a3 3 0 100 7 3 3 0 000-7z",
  keys: "M4 7h16v10H4zM8 14h8M8 10h.01M12 10h.01M16 10h.01",
  arrow: "M12 20V5M6 11l6-6 6 6",
  right: "M9 5l7 7-7 7",
  undo: "M8 5L4 9l4 4M4 9h10a6 6 0 010 12h-3",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  photo: "M4 7h3l2-2h6l2 2h3v12H4zM12 9.5a3.5 3.5 0 100 7 3.5 3.5 0 000-7z",
} as const;

export type IconName = keyof typeof PATHS;

/** A sign; `turn` turns it clockwise, degrees. */
export function Icon({ name, turn }: { name: IconName; turn?: number }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} transform={turn === undefined ? undefined : `rotate(${turn} 12 12)`} />
    </svg>
  );
}
