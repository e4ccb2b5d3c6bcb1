import { Problem, refusedWith } from "@moviebooking/api/problems";
import { list } from "../format";
import { useWords, type Words } from "../words";

/** What a refusal means, in our words where we have some, else in the server's. */
export function saying(error: unknown, t: Words): string {
  if (!(error instanceof Problem)) return t.trouble.noAnswer;
  const sayings: Record<string, string> = t.problems;
  if (refusedWith(error, "single_seat_left") && error.document.instead?.length) {
    return `${sayings.single_seat_left} ${t.instead(list(error.document.instead))}.`;
  }
  const codes = [error.code, ...(error.document.errors ?? []).map((each) => each.code)];
  const known = codes.map((code) => sayings[code]).find(Boolean);
  if (known) return known;
  if (error.status >= 500) return t.trouble.noAnswer;
  const fields = Object.values(error.fields).join(" ");
  return fields || error.message;
}

/** A page or a part of one that could not be shown, with a way out. */
export function Trouble({ error, retry }: { error: unknown; retry?: () => void }) {
  const t = useWords();
  const isGone = refusedWith(error, "not_found");
  return (
    <div className="notice bad" role="alert">
      <p>{saying(error, t)}</p>
      {retry && !isGone && (
        <button type="button" className="quiet" onClick={retry}>
          {t.trouble.retry}
        </button>
      )}
    </div>
  );
}
