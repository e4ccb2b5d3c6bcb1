import { forgetPassword } from "@moviebooking/api/entering";
import { useState } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { LogInForm, RegisterForm } from "../parts/Entry";
import { Field } from "../parts/Field";
import { Form } from "../parts/Form";
import { Title } from "../parts/Page";
import { useForm } from "../parts/useForm";
import { server } from "../server";
import { useMoreWords } from "../words";

/** Logging in, registering, and what to do without a password. Leads back to where one was. */
export default function EntryPages({ kind }: { kind: "login" | "register" | "reset" }) {
  const [, go] = useLocation();
  const wanted = new URLSearchParams(useSearch()).get("to") ?? "/bookings";
  const to = wanted.startsWith("/") && !wanted.startsWith("//") ? wanted : "/bookings";
  const done = () => go(to, { replace: true });
  const t = useMoreWords();
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
          {isLogin ? t.entry.register : t.logIn}
        </Link>
      </p>
    </div>
  );
}

type Asked = { email: string; setPassword: Awaited<ReturnType<typeof forgetPassword>> };

function Reset() {
  const t = useMoreWords();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [isSet, setIsSet] = useState(false);
  const ask = useForm(async (data) => {
    const email = data("email");
    setAsked({ email, setPassword: await forgetPassword(server, email) });
  });
  const set = useForm(async (data) => {
    await asked!.setPassword(data("code").replaceAll(" ", ""), data("password"));
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
            {t.logIn}
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
