// What a scanned or typed text is to us. Hashing is left to the caller: a plan holds SHA-256 only.

// Crockford's base32: no I, L, O, U. What looks like a digit is read as one.
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const TOKEN = /^[0-9A-HJKMNP-TV-Z]{16}$/;
const SHORT_CODE = /^[0-9A-HJKMNP-TV-Z]{7}$/;
const LABEL = /^https?:\/\/([^/?#@\s]+)\/p\/([0-9a-z]+)\/?$/i;
const ENROLMENT = /^https?:\/\/([^/?#@\s]+)\/app\/?(?:index\.html)?#enrol=([0-9a-z_-]{8,100})$/i;
const CODE = /^[0-9a-z_-]{8,100}$/i;

/** Return host and token (both in upper case) of a label's text; null where it is of another form. */
export function labelOf(text: string): { host: string; token: string } | null {
  const found = LABEL.exec(text.trim());
  const token = characters(found?.[2] ?? "");
  return found && TOKEN.test(token) ? { host: found[1]!.toUpperCase(), token } : null;
}

/** Return host and code of a manager's enrolment code; null where it is of another form. */
export function enrolmentOf(text: string): { host: string; code: string } | null {
  const found = ENROLMENT.exec(text.trim());
  return found && { host: found[1]!.toUpperCase(), code: found[2]! };
}

/** Return the enrolment code of a text that is one, or the address with one; else null. */
export function enrolmentCode(text: string): string | null {
  const code = enrolmentOf(text)?.code ?? text.replace(/\s/g, "");
  return CODE.test(code) ? code : null;
}

/**
 * Return a typed short code as it is printed; null where its length, a character or its check is
 * wrong. Any case, with or without blanks and hyphens, O for 0, I or L for 1.
 */
export function shortCodeOf(text: string): string | null {
  const code = characters(text);
  return SHORT_CODE.test(code) && checks(code) ? code : null;
}

function characters(text: string): string {
  return text
    .toUpperCase()
    .replace(/[\s-]/g, "")
    .replaceAll("O", "0")
    .replace(/[IL]/g, "1");
}

/**
 * Tell whether a short code ends in its check character (service/domain/labels.py): the code is a
 * polynomial over GF(32), x^5 + x^2 + 1, and 2 must be a root of it.
 */
function checks(code: string): boolean {
  let total = 0;
  for (const character of code.slice(0, -1)) {
    const doubled = (total ^ ALPHABET.indexOf(character)) << 1;
    total = doubled & 0b100000 ? doubled ^ 0b100101 : doubled;
  }
  return ALPHABET[total] === code.at(-1);
}

/** Tell whether labels of that host are ours: one of the plan's hosts, or the app's own. */
export function isOurs(host: string, hosts: readonly string[], origin: string): boolean {
  const own = origin.replace(/^https?:\/\//i, "").toUpperCase();
  return host === own || hosts.some((each) => each.toUpperCase() === host);
}
