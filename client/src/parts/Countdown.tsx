import { useEffect, useRef, useState } from "react";
import { clock } from "../format";
import { useMoreWords } from "../words";

const leftUntil = (moment: number) => Math.max(0, Math.ceil((moment - performance.now()) / 1000));

/** Seconds until a moment on the clock of `performance.now()`. */
export function useCountdown(lapsesAt: number, onLapse: () => void): number {
  const [left, setLeft] = useState(() => leftUntil(lapsesAt));
  const told = useRef(onLapse);
  told.current = onLapse;
  useEffect(() => {
    const look = () => setLeft(leftUntil(lapsesAt));
    look();
    const timer = setInterval(look, 250);
    return () => clearInterval(timer);
  }, [lapsesAt]);
  const isOver = left === 0;
  useEffect(() => {
    if (isOver) told.current();
  }, [isOver]);
  return left;
}

/** How long the seats are kept: always seen, spoken at two minutes and at one. */
export function Countdown({ lapsesAt, onLapse }: { lapsesAt: number; onLapse: () => void }) {
  const t = useMoreWords();
  const left = useCountdown(lapsesAt, onLapse);
  const minutes = left <= 60 ? 1 : left <= 120 ? 2 : 0;
  return (
    <div className={`countdown ${left <= 60 ? "late" : ""}`}>
      <p aria-hidden="true">{t.checkout.left(clock(left))}</p>
      <p role="status" className="hidden">
        {minutes > 0 && left > 0 ? t.checkout.leftSpoken(minutes) : ""}
      </p>
    </div>
  );
}
