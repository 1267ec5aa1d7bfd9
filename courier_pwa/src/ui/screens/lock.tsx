// Asks for the PIN.

import "../styles/later.css";

import { useSignal } from "@preact/signals";

import { tl } from "../../i18n/index.ts";
import { useApp } from "../context.ts";
import { Digits } from "../parts/digits.tsx";
import { Frameless } from "../parts/frameless.tsx";
import { href } from "../router.ts";

export function Lock() {
  const { pin } = useApp();
  const words = tl().pin;
  const opened = useSignal<"open" | "wrong" | "wait">("open");
  const open = async (digits: string): Promise<void> => {
    opened.value = await pin.open(digits);
  };
  return (
    <Frameless title={words.title}>
      <Digits label={words.enter} submit={words.open} done={open} />
      <p role="alert" class="error">
        {opened.value !== "open" && words[opened.value]}
      </p>
      <p>
        <a href={href("enrol")}>{words.forgot}</a>
      </p>
    </Frameless>
  );
}
