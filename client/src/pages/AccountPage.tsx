import * as account from "@moviebooking/api/account";
import { logOut } from "@moviebooking/api/entering";
import type { User } from "@moviebooking/api/who";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Link, useLocation } from "wouter";
import { dateOf } from "../format";
import { forget } from "../kept";
import { Field } from "../parts/Field";
import { Form } from "../parts/Form";
import { Loading } from "../parts/Loading";
import { Title } from "../parts/Page";
import { saying, Trouble } from "../parts/Trouble";
import { useForm } from "../parts/useForm";
import { server } from "../server";
import { useSession } from "../useSession";
import { useSite } from "../useSite";
import { chooseLanguage, LANGUAGES, useMoreWords } from "../words";
import { SecondFactor } from "./SecondFactor";

/** Name, address, password, and where one is logged in. */
export default function AccountPage() {
  const t = useMoreWords();
  const session = useSession();
  const { user } = session;
  return (
    <div className="narrow">
      <Title>{t.accountTitle}</Title>
      {!session.isKnown ? (
        <Loading rows={3} />
      ) : session.isUnknown ? (
        <Trouble error={null} retry={() => void session.change(async () => undefined)} />
      ) : !user || session.isGuest ? (
        <div className="actions">
          <Link className="button main" href="/login?to=/account">
            {t.logIn}
          </Link>
          <Link className="button quiet" href="/register?to=/account">
            {t.entry.register}
          </Link>
        </div>
      ) : (
        <>
          <p>
            <strong>{user.name}</strong> <span className="soft">{user.email}</span>
          </p>
          {!user.email_verified && <Verify />}
          <Details user={user} />
          <Password />
          <SecondFactor />
          <Sessions />
          <Leave />
        </>
      )}
    </div>
  );
}

function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="card form">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function Done({ says }: { says: string }) {
  return (
    <p role="status" className={says ? "notice good" : "hidden"}>
      {says}
    </p>
  );
}

function Verify() {
  const t = useMoreWords();
  const session = useSession();
  const [says, setSays] = useState("");
  const form = useForm(async (data) => {
    await session.change(() => account.verifyEmail(server, data("code").replaceAll(" ", "")));
  });
  const again = useForm(async () => {
    await account.resendCode(server);
    setSays(t.account.sent);
  });
  return (
    <Card title={t.account.verify}>
      <Done says={says} />
      <Form form={form} submit={t.account.verify}>
        <Field
          label={t.entry.code}
          hint={t.account.verifyHint}
          name="code"
          inputMode="numeric"
          autoComplete="one-time-code"
          error={form.errors.code}
        />
      </Form>
      <Form form={again} submit={t.account.resend} button="plain" className="" />
    </Card>
  );
}

function Details({ user }: { user: User }) {
  const t = useMoreWords();
  const session = useSession();
  const site = useSite();
  const [says, setSays] = useState("");
  const form = useForm(async (data) => {
    setSays("");
    const language = data("language") as account.Language;
    await session.change(() => account.changeMe(server, { name: data("name"), language }));
    await chooseLanguage(language);
    setSays(t.account.saved);
  });
  return (
    <Card title={t.account.details}>
      <Form form={form} submit={t.account.save} button="quiet">
        <Done says={says} />
        <Field
          label={t.entry.name}
          name="name"
          defaultValue={user.name}
          autoComplete="name"
          error={form.errors.name}
        />
        <label className="field">
          <span>{t.account.mailLanguage}</span>
          <select name="language" defaultValue={user.language || "en"}>
            {site.languages.map((tag) => (
              <option key={tag} value={tag} lang={tag}>
                {LANGUAGES[tag] ?? tag}
              </option>
            ))}
          </select>
        </label>
      </Form>
    </Card>
  );
}

function Password() {
  const t = useMoreWords();
  const session = useSession();
  const [, go] = useLocation();
  const form = useForm(async (data) => {
    await account.changePassword(server, data("current"), data("new"));
    // Every session has ended, this one too.
    await session.change(async () => undefined);
    go("/login?to=/account");
  });
  return (
    <details className="card">
      <summary>{t.account.password}</summary>
      <Form form={form} submit={t.entry.setPassword} button="quiet">
        <Field
          label={t.account.currentPassword}
          name="current"
          type="password"
          autoComplete="current-password"
          error={form.errors.current_password}
        />
        <Field
          label={t.entry.newPassword}
          name="new"
          type="password"
          autoComplete="new-password"
          error={form.errors.new_password}
        />
      </Form>
    </details>
  );
}

function Sessions() {
  const t = useMoreWords();
  const queries = useQueryClient();
  const found = useQuery({
    queryKey: ["mine", "sessions"],
    queryFn: () => account.getSessions(server),
  });
  async function end(id: number) {
    await account.endSession(server, id).catch(() => undefined);
    await queries.invalidateQueries({ queryKey: ["mine", "sessions"] });
  }
  return (
    <details className="card">
      <summary>{t.account.sessions}</summary>
      {found.isError && <Trouble error={found.error} retry={() => void found.refetch()} />}
      <ul className="form">
        {found.data?.map((each) => (
          <li key={each.id} className="session">
            <span>
              {each.device || each.address}{" "}
              <span className="soft">
                {each.current
                  ? t.account.thisDevice
                  : t.account.lastUsed(dateOf(each.last_used_at))}
              </span>
            </span>
            {!each.current && (
              <button type="button" className="quiet" onClick={() => void end(each.id)}>
                {t.account.end}
              </button>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}

function Leave() {
  const t = useMoreWords();
  const session = useSession();
  const queries = useQueryClient();
  const [, go] = useLocation();
  const [error, setError] = useState<unknown>(null);
  async function gone() {
    await forget();
    queries.removeQueries({ queryKey: ["mine"] });
    go("/");
  }
  async function leave() {
    try {
      await session.change(() => logOut(server));
      await gone();
    } catch (found) {
      setError(found);
    }
  }
  const form = useForm(async (data) => {
    await session.change(() => account.closeAccount(server, data("password")));
    await gone();
  });
  return (
    <>
      {error !== null && (
        <p className="notice bad" role="alert">
          {saying(error, t)}
        </p>
      )}
      <button type="button" className="quiet" onClick={() => void leave()}>
        {t.account.logOut}
      </button>
      <details className="card">
        <summary>{t.account.close}</summary>
        <Form form={form} submit={t.account.closeNow} button="quiet">
          <p className="soft">{t.account.closeHint}</p>
          <Field
            label={t.entry.password}
            name="password"
            type="password"
            autoComplete="current-password"
            error={form.errors.password}
          />
        </Form>
      </details>
    </>
  );
}
