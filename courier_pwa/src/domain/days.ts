// Local days of a branch.

const formats = new Map<string, Intl.DateTimeFormat>();

/** Return the local day (YYYY-MM-DD) of an instant (milliseconds since 1970) in a time zone. */
export function localDay(instant: number, timeZone: string): string {
  return formatOf(timeZone).format(instant);
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  // Swedish writes dates as ISO 8601 does.
  const options = { year: "numeric", month: "2-digit", day: "2-digit" } as const;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("sv-SE", { ...options, timeZone });
  } catch {
    // A zone that this phone does not know yet: better its own day than none.
    format = new Intl.DateTimeFormat("sv-SE", options);
  }
  formats.set(timeZone, format);
  return format;
}
