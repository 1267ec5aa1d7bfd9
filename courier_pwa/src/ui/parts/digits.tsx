// A field for four digits.

import { useSignal } from "@preact/signals";

interface DigitsProps {
  readonly label: string;
  readonly submit: string;
  readonly done: (digits: string) => Promise<void>;
}

export function Digits({ label, submit, done }: DigitsProps) {
  const digits = useSignal("");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void done(digits.value).then(() => (digits.value = ""));
      }}
    >
      <label class="field">
        {label}
        <input
          class="short-code"
          type="password"
          inputMode="numeric"
          autocomplete="off"
          pattern="[0-9]{4}"
          maxLength={4}
          value={digits.value}
          data-testid="pin"
          onInput={(event) => (digits.value = event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="primary big" data-testid="pin-submit">
        {submit}
      </button>
    </form>
  );
}
