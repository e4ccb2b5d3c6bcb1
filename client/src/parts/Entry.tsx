import { logIn, register } from "@moviebooking/api/entering";
import { refusedWith } from "@moviebooking/api/problems";
import { useState } from "react";
import { Link } from "wouter";
import { server } from "../server";
import { useSession } from "../useSession";
import { useMoreWords } from "../words";
import { Field } from "./Field";
import { Form } from "./Form";
import { useForm } from "./useForm";

type Props = { onDone: () => void };

/** The form to log in; the authenticator's code is asked for when the account has one. */
export function LogInForm({ onDone }: Props) {
  const t = useMoreWords();
  const session = useSession();
  const [needsCode, setNeedsCode] = useState(false);
  const form = useForm(async (data) => {
    try {
      await session.change(() => logIn(server, data("email"), data("password"), data("otp")));
    } catch (error) {
      if (refusedWith(error, "otp_required")) setNeedsCode(true);
      throw error;
    }
    onDone();
  });
  return (
    <>
      <Form form={form} submit={t.logIn}>
        <Field
          label={t.entry.email}
          name="email"
          type="email"
          autoComplete="username"
          error={form.errors.email}
        />
        <Field
          label={t.entry.password}
          name="password"
          type="password"
          autoComplete="current-password"
          error={form.errors.password}
        />
        {needsCode && (
          <Field
            label={t.entry.otp}
            hint={t.entry.otpHint}
            name="otp"
            autoComplete="one-time-code"
            error={form.errors.otp}
            autoFocus
          />
        )}
      </Form>
      <p className="forgot">
        <Link href="/reset">{t.entry.forgot}</Link>
      </p>
    </>
  );
}

export function RegisterForm({ onDone }: Props) {
  const t = useMoreWords();
  const session = useSession();
  const form = useForm(async (data) => {
    await session.change(() => register(server, data("name"), data("email"), data("password")));
    onDone();
  });
  return (
    <Form form={form} submit={t.entry.register}>
      <Field label={t.entry.name} name="name" autoComplete="name" error={form.errors.name} />
      <Field
        label={t.entry.email}
        name="email"
        type="email"
        autoComplete="email"
        error={form.errors.email}
      />
      <Field
        label={t.entry.password}
        name="password"
        type="password"
        autoComplete="new-password"
        error={form.errors.password}
      />
    </Form>
  );
}
