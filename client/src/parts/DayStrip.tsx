import { useEffect, useRef } from "react";
import { shortDay, weekdayOf } from "../format";
import { useWords } from "../words";

type Props = { days: string[]; chosen: string; today: string; onChoose: (day: string) => void };

/** The days to choose from; the row scrolls sideways where they have no room. */
export function DayStrip({ days, chosen, today, onChoose }: Props) {
  const t = useWords();
  const strip = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the choice moves it
  useEffect(() => {
    const button = strip.current?.querySelector<HTMLElement>("[aria-pressed=true]");
    if (button && strip.current) {
      strip.current.scrollLeft = button.offsetLeft - strip.current.clientWidth / 2 + 40;
    }
  }, [chosen, days.length]);
  return (
    <div className="days" role="group" aria-label={t.programme.day} ref={strip}>
      {days.map((day) => (
        <button type="button" key={day} aria-pressed={day === chosen} onClick={() => onChoose(day)}>
          <span className="weekday">{day === today ? t.today : weekdayOf(day)}</span>
          <span className="date">{shortDay(day)}</span>
        </button>
      ))}
    </div>
  );
}
