// The app's words in English.

import { plural } from "./words.ts";
import type { Words } from "./zh.ts";

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

export const en: Words = {
  app: "Jianbao",
  language: "English",
  weekdays: ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
  winds: ["north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west"],
  date: (month, day) => `${day} ${MONTHS[month - 1]}`,
  metres: (metres) => `${metres} m`,
  kilometres: (kilometres) => `${kilometres} km`,
  copies: (copies) => plural(copies, "copy", "copies"),
  back: "Back",
  cancel: "Cancel",
  retry: "Try again",
  close: "Close",
  nav: { label: "Main menu", today: "Today", scan: "Scan", queue: "Waiting", more: "More" },
  waiting: (count) => `${count} waiting to be sent`,
  allSent: "Everything is sent",
  sunlight: "Sunlight mode",

  banner: {
    notRecorded: (count) => `${plural(count, "entry was", "entries were")} NOT recorded!`,
    enrolAgain:
      "This phone's enrolment has ended. Scans are still recorded; ask the manager to enrol it again.",
    enrolAgainDo: "Enrol again",
    emptied: "This phone's storage was emptied; records may be missing. Tell the manager.",
    emptiedDo: "Understood",
    broken: "This phone's storage does not open: nothing can be recorded! Restart the app or use another phone.",
    full: "This phone's storage is full: delete some photos or videos.",
    update: "A new version is ready",
    updateNow: "Take it now",
    updateLater: "Later",
    noSound: "Tap the screen to switch sound on",
  },

  today: {
    title: "Today",
    rounds: "Today's rounds",
    noRounds: "You have no round today.",
    noPlan: "No plan is loaded yet.",
    noPlanWhy: "Load it once where there is a network; then it works without. You can scan without a plan, too.",
    load: "Load the plan",
    loading: "Loading…",
    loadedAt: (when) => `Loaded ${when}`,
    stale: "The plan is not of today. It is renewed when there is a network.",
    noAnswer: "Not reached. The plan on the phone goes on working.",
    fresh: "Up to date",
    departs: (time) => `leaves ${time}`,
    stops: (stops) => plural(stops, "stop", "stops"),
    arrivals: "Arrivals",
    arrivalsHint: "Tap each title when it is here.",
    arrived: "Is here",
    arrivedAt: (time) => `came ${time}`,
    arrivedAll: "All of today's titles have been marked as here",
    arrivalTap: (title) => `Is here: ${title}`,
    later: "Next days",
    record: "My record",
  },

  round: {
    missing: "The phone has no plan of this round.",
    progress: (done, total) => `${done} of ${total} done`,
    start: "Set out",
    started: "Under way",
    finished: "Round ended",
    next: "Next stop",
    allDone: "Every stop is done",
    finish: "End the round",
    all: "All",
    open: "Not done",
    noneOpen: "No stop is open.",
    owesNothing: "nothing today",
    older: "older",
    states: { done: "done", tried: "not delivered", open: "open" },
    list: "Stops",
    preview: "A later round: only to look at.",
  },
};
