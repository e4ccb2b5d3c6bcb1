import { useState } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { open, taken } from "../api/client";
import { LogInForm, RegisterForm } from "../parts/Entry";
import { Field } from "../parts/Field";
import { Form } from "../parts/Form";
import { Title } from "../parts/Page";
import { useForm } from "../parts/useForm";
import { useWords } from "../words";

/** Logging in, registering, and what to do without a password. Leads back to where one was. */
export default function EntryPages({ kind }: { kind: "login" | "register" | "reset" }) {
  const [, go] = useLocation();
  const wanted = new URLSearchParams(useSearch()).get("to") ?? "/bookings";
  const to = wanted.startsWith("/") && !wanted.startsWith("//") ? wanted : "/bookings";
  const done = () => go(to, { replace: true });
  const t = useWords();
  if (kind === "reset") return <Reset key="reset" />;
  const isLogin = kind === "login";
  return (
    <div className="narrow" key={kind}>
      <Title>{isLogin ? t.entry.logInTitle : t.entry.registerTitle}</Title>
      <div className="card">
        {isLogin ? <LogInForm onDone={done} /> : <RegisterForm onDone={done} />}
      </div>
      <p>
        {isLogin ? t.entry.noAccount : t.entry.haveAccount}{" "}
        <Link href={`/${isLogin ? "register" : "login"}?to=${encodeURIComponent(to)}`}>
          {isLogin ? t.entry.register : t.entry.logIn}
        </Link>
      </p>
    </div>
  );
}

/** The `request` stays in memory: the five guesses at the code are then counted for this one alone. */
function Reset() {
  const t = useWords();
  const [asked, setAsked] = useState<{ email: string; request: string } | null>(null);
  const [isSet, setIsSet] = useState(false);
  const ask = useForm(async (data) => {
    const email = data("email");
    const body = { email };
    const { request } = await taken(open.POST("/api/v1/auth/password/forgot/", { body }));
    setAsked({ email, request });
  });
  const set = useForm(async (data) => {
    const body = {
      ...asked!,
      code: data("code").replaceAll(" ", ""),
      new_password: data("password"),
    };
    await taken(open.POST("/api/v1/auth/password/reset/", { body }));
    setIsSet(true);
  });
  return (
    <div className="narrow">
      <Title>{t.entry.resetTitle}</Title>
      {isSet ? (
        <>
          <p className="notice good" role="status">
            {t.entry.isSet}
          </p>
          <Link className="button main" href="/login">
            {t.entry.logIn}
          </Link>
        </>
      ) : asked ? (
        <Form form={set} submit={t.entry.setPassword} className="form card">
          <p role="status">{t.entry.codeSent(asked.email)}</p>
          <Field
            label={t.entry.code}
            name="code"
            inputMode="numeric"
            autoComplete="one-time-code"
            error={set.errors.code}
            autoFocus
          />
          <Field
            label={t.entry.newPassword}
            name="password"
            type="password"
            autoComplete="new-password"
            error={set.errors.new_password}
          />
        </Form>
      ) : (
        <Form form={ask} submit={t.entry.sendCode} className="form card">
          <Field
            label={t.entry.email}
            name="email"
            type="email"
            autoComplete="username"
            error={ask.errors.email}
          />
        </Form>
      )}
    </div>
  );
}
