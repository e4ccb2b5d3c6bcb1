import type { Form } from "./useForm";

/** What is wrong with a form as a whole; it gets the focus when that is known. */
export function FormSummary({ form }: { form: Form }) {
  if (!form.says) return null;
  const others = Object.entries(form.errors).filter(([field]) => field === "");
  return (
    <p className="notice bad" role="alert" tabIndex={-1} ref={form.summary}>
      {[form.says, ...others.map(([, detail]) => detail)].join(" ")}
    </p>
  );
}
