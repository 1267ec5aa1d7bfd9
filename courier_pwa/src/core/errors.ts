// What can go wrong for those who use the core.

/**
 * `slow`: no answer of the storage within 3 s; `full`: no room, even after making some;
 * `storage`: aborted, closed, will not open; `not_enrolled`; `invalid`: the draft is wrong;
 * `unknown_scan`: a void or correction of what this installation has not scanned, or voided.
 */
export type NotRecordedReason =
  | "slow"
  | "full"
  | "storage"
  | "not_enrolled"
  | "invalid"
  | "unknown_scan";

/**
 * The event was not recorded; sound the failure. Recording the same draft again is safe: if the
 * first attempt turns out to have been written after all, that one is returned.
 */
export class NotRecorded extends Error {
  override readonly name = "NotRecorded";
  readonly reason: NotRecordedReason;

  constructor(reason: NotRecordedReason, cause?: unknown) {
    super(`not recorded: ${reason}`, { cause });
    this.reason = reason;
  }
}

/** `no_answer`: try again, it may even have worked; `not_a_code`: the text is no enrolment code. */
export type NotEnrolledReason =
  | "unknown_enrolment"
  | "used_enrolment"
  | "no_answer"
  | "not_a_code"
  | "storage";

export class NotEnrolled extends Error {
  override readonly name = "NotEnrolled";
  readonly reason: NotEnrolledReason;

  constructor(reason: NotEnrolledReason, cause?: unknown) {
    super(`not enrolled: ${reason}`, { cause });
    this.reason = reason;
  }
}
