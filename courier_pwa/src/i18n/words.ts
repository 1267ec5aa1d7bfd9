// Numbers as both languages write them.

/** Return a whole number with its thousands apart. */
export function number(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Return `one` for 1, else `many`, with the number before it. */
export function plural(value: number, one: string, many: string): string {
  return `${number(value)} ${value === 1 ? one : many}`;
}
