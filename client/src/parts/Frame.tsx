import type { ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { useSession } from "../useSession";
import { useSite } from "../useSite";
import { chooseLanguage, LANGUAGES, language, useWords } from "../words";
import { OfflineNotice } from "./OfflineNotice";

/** What is around every page. */
export function Frame({ children }: { children: ReactNode }) {
  const t = useWords();
  const site = useSite();
  return (
    <>
      <a className="skip" href="#main">
        {t.skip}
      </a>
      <Header />
      <OfflineNotice />
      <main id="main">{children}</main>
      <footer className="foot">
        <div className="foot-row">
          <span>{site.name}</span>
          <nav aria-label={t.more}>
            <Link href="/about">{t.aboutTitle}</Link>
            <a href="/api/v1/docs/">{t.apiDocs}</a>
          </nav>
          <LanguageChoice />
        </div>
      </footer>
    </>
  );
}

function Header() {
  const t = useWords();
  const [here] = useLocation();
  const site = useSite();
  const { user, isGuest } = useSession();
  const mark = (path: string) => (here === path ? { "aria-current": "page" as const } : {});
  return (
    <header className="top">
      <Link href="/" className="brand" aria-label={t.home(site.name)}>
        <Logo />
        <span>{site.name}</span>
      </Link>
      <nav aria-label={t.main}>
        <Link href="/bookings" {...mark("/bookings")}>
          {t.myTickets}
        </Link>
        {user && !isGuest ? (
          <Link href="/account" {...mark("/account")}>
            {t.accountTitle}
          </Link>
        ) : (
          <Link href="/login" {...mark("/login")}>
            {t.logIn}
          </Link>
        )}
      </nav>
    </header>
  );
}

function Logo() {
  return (
    <svg viewBox="0 0 40 28" width="40" height="28" aria-hidden="true">
      <path
        d="M0 4a4 4 0 0 1 4-4h32a4 4 0 0 1 4 4v5a5 5 0 0 0 0 10v5a4 4 0 0 1-4 4H4a4 4 0 0 1-4-4v-5a5 5 0 0 0 0-10z"
        fill="var(--accent)"
      />
      <path d="M15.500 7l13 7-13 7z" fill="var(--on-accent)" />
    </svg>
  );
}

function LanguageChoice() {
  const t = useWords();
  return (
    <label className="language">
      <span className="hidden">{t.language}</span>
      <select value={language()} onChange={(event) => void chooseLanguage(event.target.value)}>
        {Object.entries(LANGUAGES).map(([tag, name]) => (
          <option key={tag} value={tag} lang={tag}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
