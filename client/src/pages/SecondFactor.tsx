import * as factor from "@moviebooking/api/factor";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { Field } from "../parts/Field";
import { Form } from "../parts/Form";
import { Loading } from "../parts/Loading";
import { Trouble } from "../parts/Trouble";
import { useForm } from "../parts/useForm";
import { server } from "../server";
import { useMoreWords } from "../words";

type Enrolment = Awaited<ReturnType<typeof factor.startFactor>>;

/** Setting the second factor up, its recovery codes, and switching it off. */
export function SecondFactor() {
  const t = useMoreWords();
  const queries = useQueryClient();
  const [enrolment, setEnrolment] = useState<Enrolment | null>(null);
  const [codes, setCodes] = useState<string[]>([]);
  const found = useQuery({
    queryKey: ["mine", "factor"],
    queryFn: () => factor.getFactor(server),
  });
  const again = () => queries.invalidateQueries({ queryKey: ["mine", "factor"] });
  const isOn = found.data?.enabled ?? false;
  return (
    <details className="card">
      <summary>{t.factor.title}</summary>
      {found.isError ? (
        <Trouble error={found.error} retry={() => void found.refetch()} />
      ) : !found.data ? (
        <Loading rows={1} />
      ) : codes.length ? (
        <Recovery codes={codes} onDone={() => setCodes([])} />
      ) : isOn ? (
        <SwitchOff left={found.data.recovery_codes_left} onDone={again} />
      ) : enrolment ? (
        <Confirm
          enrolment={enrolment}
          onDone={(told) => {
            setCodes(told);
            setEnrolment(null);
            void again();
          }}
        />
      ) : (
        <Start onDone={setEnrolment} />
      )}
    </details>
  );
}

/** What has just been shown gets the focus, for the button that led to it is gone. */
function Told({ children }: { children: string }) {
  const here = useRef<HTMLParagraphElement>(null);
  useEffect(() => here.current?.focus(), []);
  return (
    <p tabIndex={-1} ref={here}>
      {children}
    </p>
  );
}

function Start({ onDone }: { onDone: (enrolment: Enrolment) => void }) {
  const t = useMoreWords();
  const form = useForm(async (data) => {
    onDone(await factor.startFactor(server, data("password")));
  });
  return (
    <Form form={form} submit={t.factor.start}>
      <p className="soft">{t.factor.why}</p>
      <Field
        label={t.entry.password}
        name="password"
        type="password"
        autoComplete="current-password"
        error={form.errors.password}
      />
    </Form>
  );
}

type ConfirmProps = { enrolment: Enrolment; onDone: (codes: string[]) => void };

function Confirm({ enrolment, onDone }: ConfirmProps) {
  const t = useMoreWords();
  const form = useForm(async (data) => {
    onDone(await factor.confirmFactor(server, data("otp").replaceAll(" ", "")));
  });
  return (
    <Form form={form} submit={t.factor.confirm}>
      <Told>{t.factor.scan}</Told>
      <img
        className="qr"
        src={`data:image/svg+xml,${encodeURIComponent(enrolment.qr)}`}
        alt={t.factor.qr}
      />
      <p>
        <a href={enrolment.uri}>{t.factor.here}</a>
      </p>
      <p>
        {t.factor.typed} <code className="secret">{inFours(enrolment.secret)}</code>
      </p>
      <Field
        label={t.entry.otp}
        name="otp"
        inputMode="numeric"
        autoComplete="one-time-code"
        error={form.errors.otp}
      />
    </Form>
  );
}

const inFours = (secret: string) => secret.match(/.{1,4}/g)?.join(" ") ?? "";

function Recovery({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  const t = useMoreWords();
  const file = `data:text/plain,${encodeURIComponent(`${codes.join("\n")}\n`)}`;
  return (
    <div className="form">
      <Told>{t.factor.recovery}</Told>
      <ul className="recovery">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <div className="actions">
        <a className="button quiet" href={file} download="recovery-codes.txt">
          {t.factor.save}
        </a>
        <button type="button" className="main" onClick={onDone}>
          {t.factor.saved}
        </button>
      </div>
    </div>
  );
}

function SwitchOff({ left, onDone }: { left: number; onDone: () => Promise<unknown> }) {
  const t = useMoreWords();
  const form = useForm(async (data) => {
    await factor.switchFactorOff(server, data("password"), data("otp").replaceAll(" ", ""));
    await onDone();
  });
  return (
    <Form form={form} submit={t.factor.off} button="quiet">
      <p>{t.factor.isOn(left)}</p>
      <Field
        label={t.entry.password}
        name="password"
        type="password"
        autoComplete="current-password"
        error={form.errors.password}
      />
      <Field
        label={t.entry.otp}
        hint={t.entry.otpHint}
        name="otp"
        autoComplete="one-time-code"
        error={form.errors.otp}
      />
    </Form>
  );
}
