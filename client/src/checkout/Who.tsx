import { useId, useState } from "react";
import { LogInForm, RegisterForm } from "../parts/Entry";
import { Field } from "../parts/Field";
import { useMoreWords } from "../words";

type Way = "guest" | "login" | "register";
type Props = { onGuest: (guest: { name: string; email: string }) => void };

/** Who buys: a guest, or somebody with an account, whom the held seats follow. */
export function Who({ onGuest }: Props) {
  const t = useMoreWords();
  const [way, setWay] = useState<Way>("guest");
  const name = useId();
  const ways: [Way, string][] = [
    ["guest", t.checkout.guest],
    ["login", t.logIn],
    ["register", t.entry.register],
  ];
  return (
    <section className="card form">
      <h2>{t.checkout.who}</h2>
      <fieldset className="ways">
        <legend className="hidden">{t.checkout.who}</legend>
        {ways.map(([each, label]) => (
          <label key={each} className="way">
            <input type="radio" name={name} checked={way === each} onChange={() => setWay(each)} />
            {label}
          </label>
        ))}
      </fieldset>
      {way === "guest" && <GuestForm onGuest={onGuest} />}
      {way === "login" && <LogInForm onDone={() => undefined} />}
      {way === "register" && <RegisterForm onDone={() => undefined} />}
    </section>
  );
}

function GuestForm({ onGuest }: Props) {
  const t = useMoreWords();
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        const data = new FormData(event.currentTarget);
        onGuest({ name: String(data.get("name")).trim(), email: String(data.get("email")).trim() });
      }}
    >
      <p className="soft">{t.checkout.guestHint}</p>
      <Field label={t.entry.name} name="name" autoComplete="name" required maxLength={150} />
      <Field label={t.entry.email} name="email" type="email" autoComplete="email" required />
      <button type="submit" className="main">
        {t.entry.goOn}
      </button>
    </form>
  );
}
