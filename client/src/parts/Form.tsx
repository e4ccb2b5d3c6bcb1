import type { ReactNode } from "react";
import type { Sending } from "./useForm";

type Props = {
  form: Sending;
  /** The words of its button. */
  submit: string;
  button?: "main" | "quiet" | "plain";
  className?: string;
  children?: ReactNode;
};

/** Fields, above them what is wrong with all of them, below them the button. */
export function Form({ form, submit, button = "main", className = "form", children }: Props) {
  return (
    <form className={className} onSubmit={(event) => void form.onSubmit(event)} noValidate>
      <Summary form={form} />
      {children}
      <button type="submit" className={button} aria-disabled={form.isSending}>
        {submit}
      </button>
    </form>
  );
}

/** It gets the focus when what is wrong is known. */
function Summary({ form }: { form: Sending }) {
  if (!form.says) return null;
  const others = Object.entries(form.errors).filter(([field]) => field === "");
  return (
    <p className="notice bad" role="alert" tabIndex={-1} ref={form.summary}>
      {[form.says, ...others.map(([, detail]) => detail)].join(" ")}
    </p>
  );
}
