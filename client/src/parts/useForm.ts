import { Problem } from "@moviebooking/api/problems";
import { type FormEvent, useRef, useState } from "react";
import { useMoreWords } from "../words";
import { saying } from "./Trouble";

/** A form that is sent once at a time; what is wrong goes to its field, or above all of them. */
export function useForm(send: (data: (name: string) => string) => Promise<void>) {
  const t = useMoreWords();
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [error, setError] = useState<unknown>(null);
  const [isSending, setSending] = useState(false);
  const summary = useRef<HTMLParagraphElement>(null);

  async function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (isSending) return;
    const form = new FormData(event.currentTarget);
    setSending(true);
    setError(null);
    setErrors({});
    try {
      await send((name) => String(form.get(name) ?? "").trim());
    } catch (found) {
      setError(found);
      setErrors(found instanceof Problem ? found.fields : {});
      requestAnimationFrame(() => summary.current?.focus());
    } finally {
      setSending(false);
    }
  }

  const hasFields = Object.keys(errors).some((field) => field !== "");
  const says = error === null ? "" : hasFields ? t.entry.check : saying(error, t);
  return { onSubmit, errors, error, says, summary, isSending };
}

/** A form while it is filled in and sent. */
export type Sending = ReturnType<typeof useForm>;
