import { logOut } from "@moviebooking/api/entering";
import { acceptInvitation, type MyRole } from "@moviebooking/api/staff";
import { useState } from "react";
import { LogInForm, RegisterForm } from "../parts/Entry";
import { Form } from "../parts/Form";
import { Loading } from "../parts/Loading";
import { Title } from "../parts/Page";
import { useForm } from "../parts/useForm";
import { server } from "../server";
import { useSession } from "../useSession";
import { useMoreWords } from "../words";

/** Where the mail's link leads that invites somebody to work in a theater. */
export default function InvitationPage() {
  const t = useMoreWords();
  const session = useSession();
  const [key] = useState(() => new URLSearchParams(location.hash.slice(1)).get("key") ?? "");
  const [role, setRole] = useState<MyRole | null>(null);
  const isHere = session.user !== null && !session.isGuest;
  return (
    <div className="narrow">
      <Title>{t.staff.title}</Title>
      {role ? (
        <Accepted role={role} />
      ) : !session.isKnown ? (
        <Loading rows={3} />
      ) : isHere ? (
        <Accept email={session.user!.email} link={key} onDone={setRole} />
      ) : (
        <Enter />
      )}
    </div>
  );
}

/** The link stays in the address: it works for nobody else, and a reload goes on with it. */
function Enter() {
  const t = useMoreWords();
  const [isNew, setNew] = useState(false);
  const stay = () => undefined;
  return (
    <>
      <p>{t.staff.enter}</p>
      <div className="card">
        {isNew ? <RegisterForm onDone={stay} /> : <LogInForm onDone={stay} />}
      </div>
      <p>
        {isNew ? t.entry.haveAccount : t.entry.noAccount}{" "}
        <button type="button" className="plain" onClick={() => setNew(!isNew)}>
          {isNew ? t.logIn : t.entry.register}
        </button>
      </p>
    </>
  );
}

type AcceptProps = { email: string; link: string; onDone: (role: MyRole) => void };

function Accept({ email, link, onDone }: AcceptProps) {
  const t = useMoreWords();
  const session = useSession();
  const accept = useForm(async () => {
    const role = await acceptInvitation(server, link);
    history.replaceState(null, "", location.pathname);
    onDone(role);
  });
  const leave = useForm(() => session.change(() => logOut(server)));
  return (
    <>
      <p>{t.staff.as(email)}</p>
      <Form form={accept} submit={t.staff.accept} />
      <Form form={leave} submit={t.staff.another} button="plain" />
    </>
  );
}

function Accepted({ role }: { role: MyRole }) {
  const t = useMoreWords();
  return (
    <>
      <p className="notice good" role="status">
        {t.staff.accepted(role.theater.name, t.staff.roles[role.role])}
      </p>
      {role.may.includes("office") && (
        <a className="button main" href="/admin/">
          {t.staff.office}
        </a>
      )}
    </>
  );
}
