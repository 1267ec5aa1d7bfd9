// Every page works without this file; an island makes one part of a page livelier.

type Island = (element: HTMLElement) => void;

const islands: Readonly<Record<string, Island>> = {};

for (const element of document.querySelectorAll<HTMLElement>("[data-island]")) {
  islands[element.dataset["island"] ?? ""]?.(element);
}
