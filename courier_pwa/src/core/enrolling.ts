// Enrolling: the phone makes id and token itself and keeps them before it asks, so that an answer that
// is lost costs nothing.

import { enrolmentCode } from "../domain/labels.ts";
import type { Environment } from "../environment.ts";
import { requestEnrolment } from "../net/tokens.ts";
import { StorageError, type Database } from "../storage/database.ts";
import { addCurrent, enrolling, keepEnrolling } from "../storage/installations.ts";
import type { Enrolling as Begun, Installation } from "../storage/schema.ts";
import { NotEnrolled } from "./errors.ts";

export class Enrolling {
  readonly #environment: Environment;
  readonly #database: Database;
  readonly #newId: () => string;

  constructor(environment: Environment, database: Database, newId: () => string) {
    this.#environment = environment;
    this.#database = database;
    this.#newId = newId;
  }

  /** Bind this phone by the code or the address with it. Throws NotEnrolled. */
  async enrol(text: string): Promise<void> {
    const code = enrolmentCode(text);
    if (code === null) throw new NotEnrolled("not_a_code");
    try {
      const begun = await enrolling(this.#database);
      await this.#ask(begun?.code === code ? begun : await this.#begin(code));
    } catch (error) {
      throw error instanceof StorageError ? new NotEnrolled("storage", error) : error;
    }
  }

  /**
   * Ask again where an answer was lost; true when the phone is enrolled by it. A phone that is in
   * good order changes its courier by the courier's own hand only: there nothing is asked. Throws
   * StorageError.
   */
  async resume(current: Installation | undefined): Promise<boolean> {
    if (current !== undefined && current.refused === undefined) return false;
    const begun = await enrolling(this.#database);
    if (begun === undefined) return false;
    try {
      await this.#ask(begun);
      return true;
    } catch (error) {
      if (error instanceof NotEnrolled) return false;
      throw error;
    }
  }

  async #begin(code: string): Promise<Begun> {
    const begun = { code, installation: this.#newId(), token: this.#newToken() };
    await keepEnrolling(this.#database, begun);
    return begun;
  }

  async #ask(begun: Begun, mayBeTaken = true): Promise<void> {
    const answer = await requestEnrolment(this.#environment, begun);
    if (answer === "installation_taken" && mayBeTaken) {
      return this.#ask(await this.#begin(begun.code), false);
    }
    if (answer === "unknown_enrolment" || answer === "used_enrolment") {
      await keepEnrolling(this.#database, null);
      throw new NotEnrolled(answer);
    }
    if (answer === null || typeof answer === "string") throw new NotEnrolled("no_answer", answer);
    const { ticket, courier, branch } = answer;
    const { installation: id, token } = begun;
    const identity = { id, token, ticket, courier, branch, current: true, highest: 0 };
    await addCurrent(this.#environment, this.#database, identity);
  }

  /** 256 random bits, base64url without padding. */
  #newToken(): string {
    const bytes = this.#environment.crypto.getRandomValues(new Uint8Array(32));
    return btoa(String.fromCharCode(...bytes))
      .replaceAll("+", "-")
      .replaceAll("/", "_")
      .replaceAll("=", "");
  }
}
