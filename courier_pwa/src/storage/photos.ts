// Photos of attempts. They travel after their event and never hold one back.

import type { Database } from "./database.ts";
import type { Deadline } from "./deadline.ts";
import { eventRecord } from "./records.ts";
import type { PhotoRecord } from "./schema.ts";

export async function keepPhoto(
  database: Database,
  photo: PhotoRecord,
  deadline: Deadline,
): Promise<void> {
  await database.write(
    ["photos"],
    (transaction) => transaction.objectStore("photos").put(photo),
    deadline,
  );
}

/** Return the events, acknowledged by the service, whose photos have not been sent. */
export async function photosToSend(database: Database): Promise<string[]> {
  return database.read(["photos", "events"], async (transaction) => {
    const photos = transaction.objectStore("photos").index("state");
    const index = transaction.objectStore("events").index("id");
    const ready: string[] = [];
    for (const event of await photos.getAllKeys("waiting")) {
      const record = eventRecord(await index.get(event));
      if (record !== null && record.waiting === undefined) ready.push(event);
    }
    return ready;
  });
}

export async function photoOf(database: Database, event: string): Promise<PhotoRecord | undefined> {
  return database.read(["photos"], (transaction) => transaction.objectStore("photos").get(event));
}

export async function markPhoto(
  database: Database,
  event: string,
  state: PhotoRecord["state"],
): Promise<void> {
  await database.note(["photos"], async (transaction) => {
    const photos = transaction.objectStore("photos");
    const photo = await photos.get(event);
    if (photo !== undefined) await photos.put({ ...photo, state });
  });
}

/** Make room: photos that the service has are only kept in case it loses them. */
export async function dropSentPhotos(database: Database, deadline: Deadline): Promise<number> {
  return database.write(
    ["photos"],
    async (transaction) => {
      const photos = transaction.objectStore("photos");
      const sent = await photos.index("state").getAllKeys("sent");
      for (const event of sent) await photos.delete(event);
      return sent.length;
    },
    deadline,
  );
}
